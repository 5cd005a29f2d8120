"""`metadata.jsonld`: a release for search engines and catalogues of data, in words of schema.org with those of DCAT beside them.

The context stands in the file itself, so that no reader has to fetch one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from warehouse.formats.licences import DATA
from warehouse.formats.sources import Source
from warehouse.formats.texts import AUTHOR, DESCRIPTION_EN, DESCRIPTION_VI, KEYWORDS, TITLE_EN, TITLE_VI
from warehouse.release_facts import ReleaseFacts

CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcat:downloadURL": {"@type": "@id"},
    "dcat:distribution": {"@type": "@id"},
    "license": {"@type": "@id"},
    "dct:license": {"@type": "@id"},
    "url": {"@type": "@id"},
    "dct:issued": {"@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "datePublished": {"@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
}


def _both(vi: str, en: str) -> list[dict[str, str]]:
    return [{"@value": vi, "@language": "vi"}, {"@value": en, "@language": "en"}]


def _distribution(resource: dict[str, Any], base: str) -> dict[str, Any]:
    """`base`: address of the folder of the release, with a slash; empty: paths are relative to this file."""
    address = base + resource["path"]
    return {
        "@id": f"#{resource['name']}",
        "@type": ["DataDownload", "dcat:Distribution"],
        "name": resource["name"],
        "contentUrl": address,
        "encodingFormat": resource["mediatype"],
        "contentSize": f"{resource['bytes']} B",
        "sha256": resource["hash"].removeprefix("sha256:"),
        "license": resource["licenses"][0]["path"],
        "dcat:downloadURL": address,
        "dct:license": resource["licenses"][0]["path"],
        "dcat:mediaType": resource["mediatype"],
        "dcat:byteSize": resource["bytes"],
    }


def _document(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "CreativeWork",
        "identifier": source.document_id,
        "name": source.title,
        "usageInfo": source.licence,
    }
    if source.publisher:
        found["publisher"] = {"@type": "Organization", "name": source.publisher}
    if source.url:
        found["url"] = source.url
    return found


def json_ld(
    package: dict[str, Any],
    sources: Sequence[Source],
    years: tuple[int, int] | None,
    facts: ReleaseFacts,
    *,
    base: str = "",
) -> dict[str, Any]:
    """The release and each of its files, which `package` (its Frictionless descriptor) lists."""
    issued = facts.published_at.isoformat(timespec="seconds")
    maker = {"@type": ["Organization", "foaf:Organization"], "name": AUTHOR, "foaf:name": AUTHOR}
    files = [_distribution(resource, base) for resource in package["resources"]]
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": base or "./",
        "@type": ["Dataset", "dcat:Dataset"],
        "identifier": facts.release_id,
        "url": base or "./",
        "name": _both(TITLE_VI, TITLE_EN),
        "dct:title": _both(TITLE_VI, TITLE_EN),
        "description": _both(DESCRIPTION_VI, DESCRIPTION_EN),
        "dct:description": _both(DESCRIPTION_VI, DESCRIPTION_EN),
        "version": facts.release_id.removeprefix("v"),
        "datePublished": issued,
        "dct:issued": issued,
        "license": DATA.url,
        "dct:license": DATA.url,
        "creator": maker,
        "dct:publisher": maker,
        "creditText": facts.citation,
        "isAccessibleForFree": True,
        "inLanguage": ["vi", "en"],
        "keywords": list(KEYWORDS),
        "dcat:keyword": list(KEYWORDS),
        "dct:language": ["vi", "en"],
        "dct:identifier": facts.release_id,
        "spatialCoverage": {"@type": "Country", "name": "Việt Nam"},
        "distribution": files,
        "dcat:distribution": [one["@id"] for one in files],
        "isBasedOn": [_document(source) for source in sources],
    }
    if years is not None:
        found["temporalCoverage"] = f"{years[0]}/{years[1]}"
    return found
