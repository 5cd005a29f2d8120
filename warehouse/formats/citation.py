"""`CITATION.cff`: how a release is cited, in the Citation File Format, which reference managers read."""

from __future__ import annotations

from typing import Any

import yaml

from warehouse.formats.licences import DATA
from warehouse.formats.texts import AUTHOR, DESCRIPTION_EN, KEYWORDS, TITLE_EN
from warehouse.release_facts import ReleaseFacts

_MESSAGE = (
    "If you use these data, please cite this release, and the original document of each figure: "
    "source_title, source_url and raw_text of rpt_scores name it."
)


def citation_file(facts: ReleaseFacts) -> str:
    """The file of this release."""
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": TITLE_EN,
        "abstract": DESCRIPTION_EN,
        "version": facts.release_id,
        "date-released": facts.published_at.date().isoformat(),
        "license": DATA.spdx,
        "commit": facts.git_revision,
        "authors": [{"name": AUTHOR}],
        "keywords": list(KEYWORDS),
    }
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)
