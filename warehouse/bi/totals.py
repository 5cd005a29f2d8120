"""What the pages say of the whole release in one line."""

from __future__ import annotations

from warehouse.bi.export import Export

TOTALS = """
select
    (select count(*) from bi.bi_scores where score is not null)::int as n_scores,
    (select count(*) from bi.bi_sources where is_loaded)::int as n_documents,
    (select count(*) from bi.bi_conflicts where not is_placeholder and not is_mirror)::int as n_conflicts,
    (select min(year) from bi.bi_editions)::int as first_year,
    (select max(year) from bi.bi_editions)::int as last_year,
    count(*) filter (where not is_placeholder)::int as n_rules,
    coalesce(sum(checked_count), 0)::int as n_checked,
    coalesce(sum(failed_count), 0)::int as n_failed,
    coalesce(sum(tolerated_count), 0)::int as n_listed,
    coalesce(sum(incomplete_count), 0)::int as n_incomplete,
    (select count(*) from bi.bi_quarantine where not is_placeholder)::int as n_held
from bi.bi_checks
"""

EXPORTS = (Export("bi_totals", TOTALS),)
