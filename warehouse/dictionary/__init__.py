"""The data dictionary of a release: a static site in Vietnamese and English, and the same for programs."""

from __future__ import annotations

from warehouse.dictionary.bi_comments import comment_bi
from warehouse.dictionary.lineage import Lineage
from warehouse.dictionary.site import write_dictionary

__all__ = ["Lineage", "comment_bi", "write_dictionary"]
