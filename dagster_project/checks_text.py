"""What the checks of the published release found, as text: the ones that stopped or could not run first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from dagster_project.wording import STATUS, shown_status, words_for
from warehouse.query import ask

Record = Mapping[str, object]

_RESULTS = """
select * from qa_results
order by case status when 'crashed' then 1 when 'failed' then 2 when 'passed_with_listed_failures' then 3 else 4 end, gate, rule_id
"""


def published_checks(published: Path) -> list[dict[str, object]]:
    """Rows of `qa_results` of the published release, `sample` as a list of messages.

    Raises:
        NotPublishedError: nothing is published yet.
    """
    return [row | {"sample": json.loads(str(row["sample"] or "[]"))} for row in ask(published, _RESULTS).records()]


def check_lines(rows: Iterable[Record]) -> list[str]:
    """One block per rule: status, title, counts, and the first things that failed, are listed or cannot be judged."""
    lines: list[str] = []
    for row in rows:
        status = shown_status(str(row["status"]), int(str(row["checked_count"])))
        lines.append(f"{words_for(STATUS, status).en}: {row['title_en']} [{row['rule_id']}, {row['severity']}]")
        lines.append(
            f"  {row['checked_count']} checked, {row['failed_count']} failed, {row['tolerated_count']} listed, "
            f"{row['incomplete_count']} incomplete"
        )
        sample = row["sample"]
        lines += [f"  - {message}" for message in (sample if isinstance(sample, list) else [])]
    return lines
