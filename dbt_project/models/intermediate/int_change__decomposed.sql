-- What the difference of two printed wholes is made of. With A and B the earlier and later figure over the criteria that both
-- editions measure alike, and D the later figure over all criteria of the later edition (means or sums, as the method counts):
--   comparable criteria  B - A
--   new criteria         D - B
--   dropped criteria     A - (earlier figure over all criteria of the earlier edition), where all of those are printed
--   remainder            the rest: a changed roll-up rule, dropped criteria whose figures nobody printed, or mere rounding
-- A criterion without levels between itself and its leaves counts alike by the mean of leaves and by the mean of children.
with wholes as (
    select
        scores.*,
        previous.previous_edition_id,
        previous.previous_criterion_code,
        previous.previous_methodology_code,
        previous.previous_score,
        previous.change_is_comparable,
        previous.change_relation,
        methodologies.rollup_rule,
        earlier_methodologies.rollup_rule as previous_rollup_rule,
        case when methodologies.rollup_rule = 'mean_of_leaves' then 'leaves' else 'children' end as part_kind,
        methodologies.rollup_rule in ('mean_of_leaves', 'mean_of_children') as is_mean,
        scores.score - previous.previous_score as total
    from {{ ref('int_scores__ranked') }} as scores
    inner join {{ ref('int_scores__previous') }} as previous on {{ same_cell('scores', 'previous') }}
    left join {{ ref('stg_raw__methodology') }} as methodologies
        on
            scores.index_code = methodologies.index_code
            and scores.methodology_code = methodologies.methodology_code
    left join {{ ref('stg_raw__methodology') }} as earlier_methodologies
        on
            scores.index_code = earlier_methodologies.index_code
            and previous.previous_methodology_code = earlier_methodologies.methodology_code
    where
        scores.score is not null
        and previous.previous_score is not null
),

depths as (
    select
        edition_id,
        criterion_code,
        count(distinct case when part_kind = 'leaves' then part_code end)
        = count(distinct case when part_kind = 'children' then part_code end) as is_flat
    from {{ ref('int_criteria__families') }}
    group by edition_id, criterion_code
),

families as (
    select
        wholes.*,
        coalesce(depths.is_flat, true) or wholes.rollup_rule = wholes.previous_rollup_rule as is_counted_alike,
        later.part_count,
        later.common_count,
        earlier.part_count as previous_part_count,
        earlier.expected_count - earlier.part_count as unprinted_count,
        coalesce(
            wholes.rollup_rule in ('mean_of_leaves', 'mean_of_children', 'sum_points', 'sum_of_children')
            and later.part_count = later.expected_count
            and later.common_count > 0,
            false
        ) as is_decomposed,
        coalesce(earlier.part_count = earlier.expected_count, false) as is_earlier_complete,
        case when wholes.is_mean then later.part_sum / later.part_count else later.part_sum end as figure_of_all,
        case
            when wholes.is_mean then later.common_sum / nullif(later.common_count, 0)
            else later.common_sum
        end as figure_of_common,
        case
            when wholes.is_mean then later.common_previous_sum / nullif(later.common_count, 0)
            else later.common_previous_sum
        end as earlier_figure_of_common,
        case when wholes.is_mean then earlier.part_sum / earlier.part_count else earlier.part_sum end as earlier_figure_of_all
    from wholes
    left join depths
        on
            wholes.edition_id = depths.edition_id
            and wholes.criterion_code = depths.criterion_code
    left join {{ ref('int_families__summed') }} as later
        on
            wholes.edition_id = later.edition_id
            and wholes.entity_type = later.entity_type
            and wholes.entity_code = later.entity_code
            and wholes.criterion_code = later.criterion_code
            and wholes.part_kind = later.part_kind
            and case when wholes.is_mean then wholes.unit else 'points' end = later.unit
    left join {{ ref('int_families__summed') }} as earlier
        on
            wholes.previous_edition_id = earlier.edition_id
            and wholes.entity_type = earlier.entity_type
            and wholes.entity_code = earlier.entity_code
            and wholes.previous_criterion_code = earlier.criterion_code
            and wholes.part_kind = earlier.part_kind
            and later.unit = earlier.unit
)

select
    {{ cell_list('families') }},
    families.entity_key,
    families.criterion_key,
    families.index_code,
    families.reference_year,
    families.methodology_code,
    families.previous_edition_id,
    families.previous_methodology_code,
    families.rollup_rule,
    families.previous_rollup_rule,
    families.unit,
    families.score,
    families.previous_score,
    families.printed_change,
    families.printed_change_unit,
    families.change_is_comparable,
    families.change_relation,
    families.score_claim_id,
    families.is_decomposed,
    families.is_mean,
    families.part_kind,
    cast(families.total as decimal(18, 6)) as total,
    cast(families.part_count as {{ dbt.type_int() }}) as part_count,
    cast(families.common_count as {{ dbt.type_int() }}) as common_count,
    cast(families.previous_part_count as {{ dbt.type_int() }}) as previous_part_count,
    cast(families.unprinted_count as {{ dbt.type_int() }}) as unprinted_count,
    families.is_earlier_complete,
    cast(families.figure_of_common as decimal(18, 6)) as figure_of_common,
    case
        when families.is_decomposed
            then cast(families.figure_of_common - families.earlier_figure_of_common as decimal(18, 6))
    end as of_comparable,
    case
        when families.is_decomposed then cast(families.figure_of_all - families.figure_of_common as decimal(18, 6))
    end as of_new,
    case
        when families.is_decomposed and families.is_earlier_complete
            then cast(families.earlier_figure_of_common - families.earlier_figure_of_all as decimal(18, 6))
    end as of_dropped,
    case
        when families.is_decomposed
            then
                cast(
                    families.total - (families.figure_of_all - families.earlier_figure_of_common)
                    - case
                        when families.is_earlier_complete
                            then families.earlier_figure_of_common - families.earlier_figure_of_all
                        else 0
                    end as decimal(18, 6)
                )
    end as of_remainder,
    case
        when families.is_counted_alike and families.unprinted_count > 0 then 'dropped_criteria'
        when families.is_counted_alike then 'rounding'
        else 'rollup_rule'
    end as remainder_component
from families
