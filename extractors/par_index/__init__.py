"""PAR INDEX: the scoring workbook of a province, and a ranking with the parts of the total."""

from extractors.par_index.components import read_component_ranking
from extractors.par_index.scoring import read_scoring_workbook

__all__ = ["read_component_ranking", "read_scoring_workbook"]
