"""Three things with licences of their own: the code, the tables that were compiled, the documents of others. Each file of a release
says which it is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import duckdb

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


def licence_of(name: str) -> Licence:
    """The licence of a file of a release, by its path in the folder of the release."""
    return DBT_PAGE if name.startswith("dbt_docs/") else DATA


_DOCUMENTS = """
select document_id, title_vi, coalesce(cited_publisher, ''), licence, coalesce(licence_stated_at, '')
from dim_document where document_status = 'loaded' order by document_id
"""


def licences_page(connection: duckdb.DuckDBPyConnection, facts: ReleaseFacts) -> str:
    """`LICENCES.md` of a release: which file has which licence, and the terms of every document that figures were read from."""
    rows = connection.execute(_DOCUMENTS).fetchall()
    cell = [[str(value).replace("|", "\\|").replace("\n", " ") for value in row] for row in rows]
    return (
        files("warehouse.formats")
        .joinpath("licences.md")
        .read_text(encoding="utf-8")
        .format(
            release_id=facts.release_id,
            spdx=DATA.spdx,
            data=f"[{DATA.spdx}]({DATA.url})",
            dbt=DBT_PAGE.spdx,
            code=f"[{CODE.spdx}]({CODE.url})",
            documents="\n".join(f"| {' | '.join(row)} |" for row in cell),
        )
    )
