-- The order of belief as it was on every day on which a cell learned or lost a claim: the written precedence among the
-- claims published by then and not superseded by then. Only cells with more than one such day are here; of the others
-- there is nothing to tell.
with figures as (
    select
        placed.*,
        dated.known_from,
        dated.is_known_from_stated,
        dated.known_to,
        dated.is_known_to_stated
    from {{ ref('int_claims__placed') }} as placed
    inner join {{ ref('int_claims__dated') }} as dated on placed.claim_id = dated.claim_id
    where
        placed.measure in ('score', 'rank')
        and placed.is_in_edition_tree
),

moving_cells as (
    select {{ cell_list('figures') }}
    from figures
    group by {{ cell_list('figures') }}
    having min(figures.known_from) <> max(figures.known_from) or max(figures.known_to) is not null
),

moving as (
    select figures.*
    from figures
    inner join moving_cells on {{ same_cell('figures', 'moving_cells') }}
),

days as (
    select
        {{ cell_list('moving') }},
        moving.known_from as known_on,
        moving.is_known_from_stated as is_stated
    from moving
    union all
    select
        {{ cell_list('moving') }},
        moving.known_to as known_on,
        moving.is_known_to_stated as is_stated
    from moving
    where moving.known_to is not null
),

moments as (
    select
        {{ cell_list('days') }},
        days.known_on,
        max(case when days.is_stated then 1 else 0 end) = 1 as is_known_on_stated
    from days
    group by {{ cell_list('days') }}, days.known_on
),

-- Each claim on each day of its own cell on which it stood. On such a day nothing that stood was superseded yet.
claims as (
    select
        {{ cell_list('moments') }},
        moments.known_on,
        moments.is_known_on_stated,
        moving.measure,
        moving.claim_id,
        moving.document_id,
        moving.original_id,
        moving.value,
        moving.value_text,
        moving.unit,
        moving.missing_reason,
        moving.value_status,
        moving.rank_kind,
        moving.unit_family,
        moving.is_known_failure,
        moving.is_unit_of_criterion,
        moving.source_strength,
        moving.modality_strength,
        moving.precision_decimals,
        moving.published_on,
        moving.claim_id is not null as is_standing,
        false as is_superseded
    from moments
    left join moving
        on
            {{ same_cell('moments', 'moving') }}
            and moments.known_on >= moving.known_from
            and moments.known_on < {{ open_end('moving.known_to') }}
),

{{ judging_claims('known_on') }}

select
    judged.*,
    row_number() over (
        partition by {{ cell_list('judged') }}, judged.known_on, judged.measure
        order by {{ precedence_order('judged') }}
    ) as precedence_position
from judged
