"""Three things with licences of their own: the code, the tables that were compiled, the documents of others. Each file of a release
says which it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse.formats.texts import IN_VIETNAMESE
from warehouse.pictures import PICTURES_FOLDER
from warehouse.release_facts import ReleaseFacts


@dataclass(frozen=True, slots=True)
class Licence:
    """`spdx`: its identifier, or an expression of several; `url`: where its text stands."""

    spdx: str
    title: str
    url: str


CODE = Licence("MIT", "MIT License", "https://opensource.org/license/mit")
DATA = Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/")
DBT_PAGE = Licence("MIT AND Apache-2.0", "MIT (models) and Apache 2.0 (the page of dbt)", "https://spdx.org/licenses/")


OF_DOCUMENT = Licence("LicenseRef-document", "terms of the document itself, see dim_document", "https://spdx.org/licenses/")


def licence_of(name: str) -> Licence:
    """The licence of a file of a release, by its path in the folder of the release."""
    if name.startswith(f"{PICTURES_FOLDER}/"):
        return OF_DOCUMENT
    return DBT_PAGE if name.startswith("dbt_docs/") else DATA


_DOCUMENTS = """
select document_id, title_vi, coalesce(cited_publisher, ''), licence, coalesce(licence_stated_at, '')
from dim_document where document_status = 'loaded' order by document_id
"""


_FILES = (
    (("cchc.duckdb", "bi.duckdb", "parquet/", "csv/", "xlsx/"), "các bảng do dự án biên soạn · the compiled tables"),
    (
        ("dictionary/", "diff/", "manifest.json", "datapackage.json", "metadata.jsonld", "CITATION.cff", "LICENCES.md"),
        "mô tả các bảng ấy · what describes them",
    ),
    (("dbt_docs/",), "mã của các mô hình và trang của dbt · code of the models, and the page of dbt"),
    ((f"{PICTURES_FOLDER}/",), "ảnh các trang tài liệu · pictures of pages of documents"),
)
"""Files and folders of a release, by what they are."""


def _of_files(directory: Path) -> Iterator[str]:
    """A line of the page for each kind of file, without the folders that this release has not."""
    for names, what in _FILES:
        there = [name for name in names if not name.endswith("/") or (directory / name).is_dir()]
        licence = licence_of(names[0])
        named = licence.spdx if licence in (DBT_PAGE, OF_DOCUMENT) else f"[{licence.spdx}]({licence.url})"
        if there:
            yield f"| {', '.join(f'`{name}`' for name in there)} | {what} | {named} |"


def _in_both(words: str) -> str:
    """What the catalogue says in English of a publisher or a licence, with the Vietnamese before it."""
    return f"{IN_VIETNAMESE[words]} · {words}" if words in IN_VIETNAMESE else words


def licences_page(connection: duckdb.DuckDBPyConnection, directory: Path, facts: ReleaseFacts) -> str:
    """`LICENCES.md` of the release in `directory`: which file has which licence, and the terms of every document that figures were read
    from."""
    rows = [
        (document_id, title, _in_both(publisher), _in_both(licence), place)
        for document_id, title, publisher, licence, place in connection.execute(_DOCUMENTS).fetchall()
    ]
    cell = [[str(value).replace("|", "\\|").replace("\n", " ") for value in row] for row in rows]
    return (
        files("warehouse.formats")
        .joinpath("licences.md")
        .read_text(encoding="utf-8")
        .format(
            release_id=facts.release_id,
            spdx=DATA.spdx,
            files="\n".join(_of_files(directory)),
            code=f"[{CODE.spdx}]({CODE.url})",
            documents="\n".join(f"| {' | '.join(row)} |" for row in cell),
        )
    )
