"""The files of a real release, judged by what others read them with: Frictionless, a reader of linked data, DuckDB, a person."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import duckdb
import frictionless
import pytest
import rdflib
import yaml

from tests.conftest import Instance
from warehouse.formats.safe_text import FIGURE


@pytest.fixture(scope="module")
def release(refreshed: Instance) -> Path:
    return refreshed.release


def test_the_data_package_is_valid_and_describes_every_column_in_both_languages(release: Path) -> None:
    """Every line of every CSV file against its schema, size and hash."""
    report = frictionless.validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["taskNumber", "title", "message"])[:5]
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    tables = {one["name"]: one for one in package["resources"] if one["type"] == "table"}
    assert tables.keys() == {path.stem for path in (release / "csv").iterdir()}
    empty = [
        f"{name}.{field['name']}"
        for name, table in tables.items()
        for field in table["schema"]["fields"]
        if not field["description"] or not field["description_vi"]
    ]
    assert empty == []
    assert {one["path"] for one in package["resources"]} >= {"cchc.duckdb", "bi.duckdb", "parquet/rpt_scores.parquet"}
    assert tables["fct_score"]["schema"]["primaryKey"] == ["score_key"]
    by_rule = ["found_by", "chosen_claim_id", "other_claim_id"]
    assert tables["rpt_conflicts"]["schema"]["primaryKey"] == by_rule, "another test of dbt asks for less, of some rows alone"
    assert "primaryKey" not in tables["rpt_comparability"]["schema"], "a part of its key may be empty"
    assert len([name for name, table in tables.items() if "primaryKey" in table["schema"]]) > 30


def test_a_line_that_is_not_what_the_schema_says_makes_the_package_invalid(release: Path, tmp_path: Path) -> None:
    """The check of the test above can fail."""
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    (table,) = (one for one in package["resources"] if one["name"] == "rpt_targets")
    (tmp_path / "csv").mkdir()
    text = (release / table["path"]).read_text(encoding="utf-8")
    (tmp_path / table["path"]).write_text(text.replace("2024", "hai nghìn", 1), encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps({**package, "resources": [table]}), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_linked_data_names_every_file_its_licence_and_the_documents(release: Path) -> None:
    graph = rdflib.Graph()
    graph.parse(release / "metadata.jsonld", format="json-ld")
    schema = rdflib.Namespace("https://schema.org/")
    (dataset,) = graph.subjects(rdflib.RDF.type, schema.Dataset)
    assert (dataset, rdflib.RDF.type, rdflib.URIRef("http://www.w3.org/ns/dcat#Dataset")) in graph
    assert str(graph.value(dataset, schema.license)) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(graph.value(dataset, schema.temporalCoverage)) == "2011/2024"
    names = {str(name): name.language for name in graph.objects(dataset, schema.name) if isinstance(name, rdflib.Literal)}
    assert set(names.values()) == {"vi", "en"}
    files = {str(one) for part in graph.objects(dataset, schema.distribution) for one in graph.objects(part, schema.contentUrl)}
    assert {"parquet/rpt_scores.parquet", "csv/rpt_scores.csv", "cchc.duckdb"} <= files
    assert len(list(graph.objects(dataset, schema.isBasedOn))) == 11
    assert dataset == rdflib.URIRef(release.resolve().as_uri() + "/"), (
        "the folder is what is spoken of, so that others can name it"
    )


def test_a_catalogue_that_reads_dcat_alone_finds_title_publisher_and_every_file(release: Path) -> None:
    graph = rdflib.Graph()
    graph.parse(release / "metadata.jsonld", format="json-ld")
    dcat, dct = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://purl.org/dc/terms/")
    (dataset,) = graph.subjects(rdflib.RDF.type, dcat.Dataset)
    assert len(list(graph.objects(dataset, dct.title))) == len(list(graph.objects(dataset, dct.description))) == 2
    (publisher,) = graph.objects(dataset, dct.publisher)
    assert str(graph.value(publisher, rdflib.FOAF.name)) == "The cchc maintainers"
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    found = {str(graph.value(one, dcat.downloadURL)) for one in graph.objects(dataset, dcat.distribution)}
    assert found == {(release.resolve() / one["path"]).as_uri() for one in package["resources"]}


def test_the_citation_file_names_this_release(release: Path) -> None:
    found = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["version"] == release.name
    assert (found["type"], found["license"]) == ("dataset", "CC-BY-4.0")
    assert found["title"].startswith("cchc: open data warehouse")
    assert found["authors"] == [{"name": "The cchc maintainers"}]


def test_licences_are_said_of_each_file_and_each_document(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    present = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()} - {"manifest.json"}
    assert manifest["files"].keys() == present
    assert all(row["licence"] for row in manifest["files"].values())
    page = (release / "LICENCES.md").read_text(encoding="utf-8")
    for document_id in manifest["documents"]:
        assert f"| {document_id} |" in page
    folders = {name.partition("/")[0] + "/" if "/" in name else name for name in present | {"manifest.json"}}
    assert [name for name in sorted(folders) if f"`{name}`" not in page] == [], "every file and folder is named"
    named = {name for row in re.findall(r"^\| (`.*?) \|", page, re.M) for name in re.findall(r"`([^`]+)`", row)}
    assert named <= folders, "and nothing that the release has not"
    assert "Luật Sở hữu trí tuệ" in page


def test_parquet_says_what_it_is_and_is_sorted(release: Path) -> None:
    path = str(release / "parquet" / "rpt_scores.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute("select decode(key), decode(value) from parquet_kv_metadata(?)", [path]).fetchall()
        facts = dict(rows)
        ordered = connection.execute("select index_code, year, edition_id, province from read_parquet(?)", [path]).fetchall()
    assert facts["cchc_release"] == release.name
    assert facts["licence"] == "CC-BY-4.0"
    assert json.loads(facts["columns"])["score"]["vi"]
    assert json.loads(facts["cchc_sorted_by"])[:4] == ["index_code", "year", "edition_id", "province"]
    assert ordered == sorted(ordered)


def test_no_text_of_a_csv_file_is_a_formula_and_names_keep_quotes_and_commas(release: Path) -> None:
    figure = re.compile(rf"{FIGURE}|-[0-9.]+e-[0-9]+")  # as printed, or computed
    for path in sorted((release / "csv").iterdir()):
        with path.open(encoding="utf-8", newline="") as stream:
            texts = {value for row in csv.reader(stream) for value in row}
        assert [text for text in texts if text.startswith(("=", "@", "\t", "\r"))] == [], path.name
        assert [text for text in texts if text.startswith(("+", "-")) and not figure.fullmatch(text)] == [], path.name


def test_the_manifest_carries_revision_locks_counts_and_checks(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["git_revision"] != "unknown"
    assert len(manifest["lock_sha256"]) == len(manifest["packages_sha256"]) == 64
    assert manifest["row_counts"]["rpt_scores"] > 7000
    judged = {row["rule_id"]: row for row in manifest["checks"]}
    assert all(row["failed"] == 0 for row in judged.values() if row["status"] == "passed")
    assert any(row["checked"] > 0 for row in judged.values())
    with duckdb.connect(str(release / "cchc.duckdb"), read_only=True) as connection:
        row = connection.execute("select release_id, lock_sha256 from release").fetchone()
    assert row == (release.name, manifest["lock_sha256"])
