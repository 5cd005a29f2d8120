"""PAPI: the yearly survey of UNDP and its partners. Three layouts, one way to state a score (see `extractors.papi.panel`)."""

from extractors.papi.dimensions import read_dimensions_workbook
from extractors.papi.panel_csv import read_panel_csv
from extractors.papi.undp import read_undp_workbook

__all__ = ["read_dimensions_workbook", "read_panel_csv", "read_undp_workbook"]
