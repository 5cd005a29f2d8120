"""Table `release`: one row by which whoever asks the database knows which release it is."""

from __future__ import annotations

import duckdb

from warehouse.descriptions import Described
from warehouse.formats.licences import DATA
from warehouse.formats.tables import Column, Table
from warehouse.release_facts import ReleaseFacts

_COLUMNS = (
    ("release_id", "VARCHAR", "Tên bản công bố, vYYYY.MM.số thứ tự trong tháng", "Name of the release, vYYYY.MM.number in the month"),
    ("published_at", "TIMESTAMP WITH TIME ZONE", "Thời điểm công bố, giờ UTC", "When it was published, UTC"),
    ("git_revision", "VARCHAR", "Phiên bản mã nguồn; +changes nếu có tệp đã sửa", "Commit of the code; +changes if files differed"),
    ("lock_sha256", "VARCHAR", "Băm của tệp khóa các tài liệu đã đọc", "Digest of the lock of the documents that were read"),
    ("fingerprint", "VARCHAR", "Băm của tất cả những gì làm nên bản công bố", "Digest of all that the release was built from"),
    ("licence", "VARCHAR", "Giấy phép của các bảng đã biên soạn", "Licence of the compiled tables"),
    ("citation", "VARCHAR", "Cách trích dẫn bản công bố", "How to cite the release"),
)  # fmt: skip

RELEASE_TABLE = Table(
    "release",
    Described("Một dòng: bản công bố này là bản nào, làm từ đâu", "One row: which release this is, and what it was made of"),
    tuple(Column(name, type_name, Described(vi, en)) for name, type_name, vi, en in _COLUMNS),
)


def write_release_table(connection: duckdb.DuckDBPyConnection, database: str, facts: ReleaseFacts) -> None:
    """The table with its row, in an attached database."""
    columns = ", ".join(f"{column.name} {column.type_name}" for column in RELEASE_TABLE.columns)
    connection.execute(f"create table {database}.main.release ({columns})")
    connection.execute(
        f"insert into {database}.main.release values (?, ?, ?, ?, ?, ?, ?)",
        [
            facts.release_id,
            facts.published_at,
            facts.git_revision,
            facts.lock_sha256,
            facts.fingerprint,
            DATA.spdx,
            facts.citation,
        ],
    )
