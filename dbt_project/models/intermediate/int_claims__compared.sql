-- Every claim that was not chosen beside the one that was: do they agree, and if not, which rule set it aside?
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
        else 'contradiction'
    end as kind,
    case
        when paired.is_contradicted_failure <> paired.chosen_is_contradicted_failure then 'known_failure_last'
        when paired.is_implied <> paired.chosen_is_implied then 'printed_before_implied'
        when paired.is_unit_of_criterion <> paired.chosen_is_unit_of_criterion then 'unit_of_criterion'
        when paired.source_strength <> paired.chosen_source_strength then 'stronger_source'
        when paired.modality_strength <> paired.chosen_modality_strength then 'stronger_modality'
        when not {{ same_or_both_null('paired.precision_decimals', 'paired.chosen_precision_decimals') }} then 'more_decimals'
        when paired.agreeing_count <> paired.chosen_agreeing_count then 'more_originals'
        when not {{ same_or_both_null('paired.published_on', 'paired.chosen_published_on') }} then 'newer_publication'
        else 'claim_id'
    end as precedence_rule
from paired
