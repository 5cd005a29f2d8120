"""Quality gates: rule books in YAML, run by Great Expectations on a database file, and the accepted faults of sources.

Gate 1 asks whether the figures of each document agree with each other; gate 2 whether what is about to be published is whole.
Importing this package is cheap; Great Expectations is loaded when a gate runs.
"""

from expectations.gates import Failure, GateError, GateReport, RuleResult, run_gate
from expectations.listings import KnownFailure, listings_of
from expectations.models import Rule, RuleBook, RuleBookError, load_rule_book

__all__ = [
    "Failure",
    "GateError",
    "GateReport",
    "KnownFailure",
    "Rule",
    "RuleBook",
    "RuleBookError",
    "RuleResult",
    "listings_of",
    "load_rule_book",
    "run_gate",
]
