-- Every claim that was not chosen beside the one that was: do they agree, and if not, which rule set it aside?
-- What a superseded document said is no contradiction but an earlier vintage, and stands in the history of its score.
-- A sum that we computed from k rounded parts may be off by k half units.
with parts as (
    select
        parent_key as criterion_key,
        count(*) as part_count
    from {{ ref('int_criteria__keyed') }}
    where parent_key is not null
    group by parent_key
),

paired as (
    select
        other.*,
        chosen.claim_id as chosen_claim_id,
        chosen.value as chosen_value,
        chosen.unit_family as chosen_unit_family,
        chosen.is_contradicted_failure as chosen_is_contradicted_failure,
        chosen.is_implied as chosen_is_implied,
        chosen.is_unit_of_criterion as chosen_is_unit_of_criterion,
        chosen.source_strength as chosen_source_strength,
        chosen.modality_strength as chosen_modality_strength,
        chosen.precision_decimals as chosen_precision_decimals,
        chosen.agreeing_count as chosen_agreeing_count,
        chosen.published_on as chosen_published_on,
        other.value - chosen.value as difference,
        {{ half_unit('other.precision_decimals') }}
        * case when other.value_status = 'derived_by_us' then coalesce(parts.part_count, 1) else 1 end
        + {{ half_unit('chosen.precision_decimals') }}
        * case when chosen.value_status = 'derived_by_us' then coalesce(parts.part_count, 1) else 1 end as rounding_tolerance
    from {{ ref('int_claims__ranked') }} as other
    inner join {{ ref('int_claims__ranked') }} as chosen
        on
            {{ same_cell('other', 'chosen') }}
            and other.measure = chosen.measure
    left join parts on other.criterion_key = parts.criterion_key
    where
        chosen.precedence_position = 1
        and other.precedence_position > 1
        and not coalesce(other.is_superseded, false)
        and other.value is not null
        and chosen.value is not null
)

select
    {{ cell_list('paired') }},
    paired.measure,
    paired.claim_id,
    paired.chosen_claim_id,
    paired.precedence_position,
    paired.value,
    paired.chosen_value,
    paired.difference,
    paired.rounding_tolerance,
    case
        when not coalesce(paired.unit_family = paired.chosen_unit_family, false) then 'other_unit'
        when paired.difference = 0 then 'agrees'
        when paired.measure in ('rank', 'change_rank', 'count', 'target_rank') then 'contradiction'
        when abs(paired.difference) <= paired.rounding_tolerance then 'rounding'
        -- Digits cut off instead of rounded: 43,7 of 43,7747. The finer figure goes on where the coarser one stops.
        when
            paired.precision_decimals < paired.chosen_precision_decimals
            and sign(paired.value) = sign(paired.chosen_value)
            and abs(paired.chosen_value) > abs(paired.value)
            and abs(paired.chosen_value) - abs(paired.value) < 2 * {{ half_unit('paired.precision_decimals') }}
            then 'truncation'
        when
            paired.precision_decimals > paired.chosen_precision_decimals
            and sign(paired.value) = sign(paired.chosen_value)
            and abs(paired.value) > abs(paired.chosen_value)
            and abs(paired.value) - abs(paired.chosen_value) < 2 * {{ half_unit('paired.chosen_precision_decimals') }}
            then 'truncation'
        else 'contradiction'
    end as kind,
    {{ deciding_rule('paired.', 'paired.chosen_') }} as precedence_rule
from paired
