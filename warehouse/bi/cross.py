"""One province beside several indices of one year: ranks only, since the scores have no common scale."""

from __future__ import annotations

from warehouse.bi.export import Export

INDICES = ("par", "sipas", "papi", "pci")


def _rank(index: str) -> str:
    return f"""
    x.{index}_rank::int as {index}_rank, coalesce(x.{index}_rank || coalesce('/' || x.{index}_rank_out_of, ''), '–') as {index}_text,
    case when x.{index}_rank is null then '' else coalesce(rank_note(x.{index}_rank_kind), '') end as {index}_note,
    case when x.{index}_rank is null then '' else coalesce(rank_note_en(x.{index}_rank_kind), '') end as {index}_note_en,
    round(100 * x.{index}_percentile, 1)::double as {index}_pct, coalesce(x.{index}_edition_id, '') as {index}_edition,
    coalesce(x.{index}_has_conflict, false) as {index}_has_conflict"""


CROSS = f"""
select
    false as is_placeholder, x.year::int as year, page_slug(x.province_slug, x.geography) as province_slug,
    '/tinh/' || page_slug(x.province_slug, x.geography) as province_link, x.province, x.province_en,
    search_key(x.province) as search_key, coalesce(x.region_vi, '') as region, x.ranked_index_count::int as n_ranked,
    (row_number() over (partition by x.year order by x.ranked_index_count desc, x.province collate vi, x.province_code))::int
        as cross_sort,
    {",".join(_rank(index) for index in INDICES)}
from published.rpt_cross_index x
where x.ranked_index_count > 0
order by year desc, cross_sort
"""

YEARS = """
select
    false as is_placeholder, year, count(*)::int as n_provinces, count(*) filter (where n_ranked >= 2)::int as n_in_several,
    count(par_rank)::int as n_par, count(sipas_rank)::int as n_sipas, count(papi_rank)::int as n_papi, count(pci_rank)::int as n_pci,
    row_number() over (order by count(*) filter (where n_ranked >= 2) desc, year desc) = 1 as is_default
from bi.bi_cross where not is_placeholder
group by year order by year desc
"""

EXPORTS = (
    Export(
        "bi_cross",
        CROSS,
        {
            "rpt_cross_index": (
                "year", "province_slug", "geography", "province", "province_en", "province_code", "region_vi", "ranked_index_count",
                *(
                    f"{index}_{column}"
                    for index in INDICES
                    for column in ("rank", "rank_out_of", "rank_kind", "percentile", "edition_id", "has_conflict")
                ),
            )
        },
        may_be_empty=True,
    ),
    Export("bi_cross_years", YEARS, may_be_empty=True),
)  # fmt: skip
