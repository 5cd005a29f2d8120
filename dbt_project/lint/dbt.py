"""What the linter puts in the place of dbt's own macros: it renders models for DuckDB, without dbt."""


def type_string() -> str:
    return "varchar"


def type_int() -> str:
    return "integer"


def type_bigint() -> str:
    return "bigint"
