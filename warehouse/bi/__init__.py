"""`bi.duckdb`: the marts of a release in the form that pages and dashboards read."""

from warehouse.bi.export import BiExportError, Export
from warehouse.bi.write import EXPORTS, PLAIN_TYPES, REQUIRED, write_bi

__all__ = ["EXPORTS", "PLAIN_TYPES", "REQUIRED", "BiExportError", "Export", "write_bi"]
