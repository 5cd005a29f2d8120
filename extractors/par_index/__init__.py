"""PAR INDEX: results of a province by field, a ranking with the parts of the total, and the scoring sheet of one unit."""

from extractors.par_index.components import read_component_ranking
from extractors.par_index.scoring import read_scoring_workbook
from extractors.par_index.sheet import read_scoring_sheet

__all__ = ["read_component_ranking", "read_scoring_sheet", "read_scoring_workbook"]
