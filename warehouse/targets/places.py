"""Where each target is: servers and folders, from the environment, with defaults on this machine.

`dbt_project/profiles.yml` reads the same variables, so that dbt finds what was copied here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

TargetName = Literal["lake", "postgres", "spark"]
TARGETS: Mapping[str, TargetName] = {name: name for name in get_args(TargetName)}


HASH_JOINS = "-c enable_nestloop=off -c enable_mergejoin=off -c jit=off -c work_mem=64MB"
"""How PostgreSQL joins while dbt builds: it cannot know how many rows a step of a model gives, and would pair them one by one."""


class TargetError(RuntimeError):
    """A target cannot be reached or used; the message says what was expected, what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Connection of the PostgreSQL server and folders of the file targets.

    `database` holds the marts of target postgres, `lake_database` the catalogue of the lake whose files lie in `lake_data`.
    """

    host: str
    port: int
    user: str
    password: str
    database: str
    lake_database: str
    lake_data: str
    spark_warehouse: Path
    spark_raw: Path
    extensions: Path

    def environment(self) -> dict[str, str]:
        """The variables that profiles.yml reads."""
        return {
            "CCHC_PG_HOST": self.host,
            "CCHC_PG_PORT": str(self.port),
            "CCHC_PG_USER": self.user,
            "CCHC_PG_PASSWORD": self.password,
            "CCHC_PG_DATABASE": self.database,
            "CCHC_LAKE_DATABASE": self.lake_database,
            "CCHC_LAKE_DATA": self.lake_data,
            "CCHC_SPARK_WAREHOUSE": str(self.spark_warehouse),
            "CCHC_SPARK_RAW": str(self.spark_raw),
            "CCHC_DUCKDB_EXTENSIONS": str(self.extensions),
            "PGOPTIONS": HASH_JOINS,
        }


def places_of(environment: Mapping[str, str], home: Path) -> Places:
    """Places from CCHC_PG_*, CCHC_LAKE_* and CCHC_SPARK_*; folders lie under `home` by default. The lake's may be an address (s3://…).

    Raises:
        TargetError: the port is no number.
    """
    port = environment.get("CCHC_PG_PORT") or "5432"
    if not port.isdecimal():
        raise TargetError(f"expected a number in CCHC_PG_PORT, found {port!r}; set it to the port of the server, such as 5432")
    own = home / "targets"
    return Places(
        host=environment.get("CCHC_PG_HOST") or "127.0.0.1",
        port=int(port),
        user=environment.get("CCHC_PG_USER") or "cchc",
        password=environment.get("CCHC_PG_PASSWORD", ""),
        database=environment.get("CCHC_PG_DATABASE") or "cchc",
        lake_database=environment.get("CCHC_LAKE_DATABASE") or "cchc_lake",
        lake_data=environment.get("CCHC_LAKE_DATA") or str(own / "lake"),
        spark_warehouse=Path(environment.get("CCHC_SPARK_WAREHOUSE") or own / "spark").resolve(),
        spark_raw=Path(environment.get("CCHC_SPARK_RAW") or own / "spark_raw").resolve(),
        extensions=Path(environment.get("CCHC_DUCKDB_EXTENSIONS") or own / "duckdb_extensions").resolve(),
    )
