"""Arithmetic as a code that finds and places errors.

Printed tables carry their own proof: parents and children, scores and ranks, two years and their difference. Pure functions: relations
(`expectations.relations.read_relations`) and figures in, findings out; no database, no clock, no chance: equal input, equal answer.

* `settle(relations, figures)`: all there is to say of one document. Its figures are `figures_of(claims, unsettled)`; for its relations
  the claims are loaded together with `provisional(claims, unsettled)`, since a rule binds only cells that have a figure; once with the
  first readings and once with the last, and only what both give (`steady`) is used.
* `locate`: the smallest sets of cells whose change explains every relation that does not hold, ties said to be ties.
* `repair`: chooses between the readings of a cell that is not settled, and only there. With one reading it repairs nothing; what
  `locate` proposes for a settled cell is for a person to judge.
* `is_satisfied`: whether figures satisfy a relation; the verdict of its rule.
"""

from expectations.residuals.diagnosis import Diagnosis, Explanation, Part, Proposal
from expectations.residuals.figures import Figure, figures_of, provisional, steady
from expectations.residuals.locate import locate
from expectations.residuals.repair import Repair, repair
from expectations.residuals.settle import Settlement, settle
from expectations.residuals.system import is_satisfied

__all__ = [
    "Diagnosis",
    "Explanation",
    "Figure",
    "Part",
    "Proposal",
    "Repair",
    "Settlement",
    "figures_of",
    "is_satisfied",
    "locate",
    "provisional",
    "repair",
    "settle",
    "steady",
]
