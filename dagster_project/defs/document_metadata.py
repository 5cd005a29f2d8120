"""What Dagster shows of one document that was read: counts, where its bytes came from, its first claims."""

import dagster as dg

from dagster_project.defs.common import link, markdown_table, readers_version
from dagster_project.workbench import Extraction, Workbench
from extractors.catalogue.models import CatalogueEntry
from extractors.records import Claim

_PREVIEWED = 10


def reading_event(bench: Workbench, document_id: str, found: Extraction) -> dg.AssetMaterialization:
    """The materialisation of one partition, wherever the document was read."""
    entry = bench.entry(document_id)
    metadata: dict[str, dg.MetadataValue] = {"title": dg.MetadataValue.text(entry.title_vi), **_links(bench, entry)}
    item = found.extracted
    if item is None:
        metadata["status"] = dg.MetadataValue.text("waits for its file in the inbox")
        return dg.AssetMaterialization("document_outcome", partition=document_id, metadata=metadata)
    outcome = item.outcome
    errors = [str(issue) for issue in found.issues if issue.severity == "error"]
    tables = {
        (c.locator.sheet, c.locator.page, c.locator.table_number) for c in outcome.claims if c.locator.table_number is not None
    }
    metadata |= {
        "status": dg.MetadataValue.text("held back" if errors else "unchanged" if found.from_cache else "read"),
        "claims": dg.MetadataValue.int(len(outcome.claims)),
        "issues": dg.MetadataValue.int(len(found.issues)),
        "problems": dg.MetadataValue.json(errors),
        "pages": dg.MetadataValue.int(outcome.pages or 0),
        "tables": dg.MetadataValue.int(len(tables)),
        "sha256": dg.MetadataValue.text(outcome.sha256),
        "bytes": dg.MetadataValue.int(item.facts.bytes_count),
        "vintage": dg.MetadataValue.timestamp(item.facts.retrieved_at),
        "from_cache": dg.MetadataValue.bool(found.from_cache),
        "first_claims": preview(outcome.claims[:_PREVIEWED]),
    }
    tags = {"dagster/data_version": item.fingerprint, "dagster/code_version": readers_version()}
    return dg.AssetMaterialization("document_outcome", partition=document_id, metadata=metadata, tags=tags)


def _links(bench: Workbench, entry: CatalogueEntry) -> dict[str, dg.MetadataValue]:
    """Where the document is published, as far as the catalogue says so, and where what became of it can be read."""
    found: dict[str, dg.MetadataValue] = {"report": link(bench.settings.runs / "latest.html")}
    url = entry.cited_source.url
    if url is not None:
        found["source"] = dg.MetadataValue.url(str(url))
    for number, page in enumerate(entry.landing_pages, start=1):
        found[f"announced_at_{number}"] = dg.MetadataValue.url(str(page.url))
    return found


def preview(claims: tuple[Claim, ...]) -> dg.MetadataValue:
    """The first claims as a table."""
    rows = (
        (
            claim.locator,
            claim.edition_id,
            claim.entity_label_raw,
            claim.criterion_code or claim.criterion_label_raw,
            claim.measure,
            claim.raw_text,
            claim.value,
        )
        for claim in claims
    )
    return markdown_table(("place", "edition", "entity", "criterion", "measure", "printed", "value"), rows)
