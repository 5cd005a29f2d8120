-- Printed ranks where a publisher prints them; ours where the edition has none, and then they say that they are ours.
with joined as (
    select
        chosen.*,
        editions.rank_kind as edition_rank_kind,
        editions.n_units,
        derived.derived_rank,
        derived.ranked_count,
        -- A third party's rank yields to ours: both are computed, ours over a known set of units.
        coalesce(
            chosen.printed_rank is not null
            and (
                derived.derived_rank is null
                or coalesce(chosen.printed_rank_kind, 'derived_by_third_party') in ('official', 'publisher_group')
            ),
            false
        ) as is_rank_printed
    from {{ ref('int_scores__chosen') }} as chosen
    left join {{ ref('stg_raw__edition') }} as editions on chosen.edition_id = editions.edition_id
    left join {{ ref('int_scores__derived_rank') }} as derived on {{ same_cell('chosen', 'derived') }}
)

select
    joined.*,
    case when joined.is_rank_printed then joined.printed_rank else joined.derived_rank end as rank,
    case
        when joined.is_rank_printed then coalesce(joined.printed_rank_out_of, joined.n_units)
        else joined.ranked_count
    end as rank_out_of,
    case
        when joined.is_rank_printed and joined.printed_rank_kind is not null then joined.printed_rank_kind
        when joined.is_rank_printed and joined.edition_rank_kind = 'derived_by_us' then 'derived_by_third_party'
        when joined.is_rank_printed then joined.edition_rank_kind
        when joined.derived_rank is not null then 'derived_by_us'
    end as rank_kind,
    case when joined.is_rank_printed then joined.rank_claim_id end as used_rank_claim_id
from joined
