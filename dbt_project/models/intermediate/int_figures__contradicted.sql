-- Printed figures that a relation to other printed figures contradicts: a change against the two figures it lies
-- between, a whole against its parts, a gap to the nation's mean, a range against what lies in it. Figures of the
-- original itself are asked first, and only where it prints none those that were chosen: two originals that differ are
-- another matter (int_claims__compared). `relation_text` is the reckoning in the words of the sources. Every join is by
-- the key of a cell: one partner a claim.
with claims as (
    select * from {{ ref('int_claims__ranked') }}
    where
        value is not null
        and is_in_edition_tree
        and not coalesce(is_superseded, false)
),

-- The most believed figure of each original about a cell, and the most believed of all.
figures as (
    select
        claims.*,
        row_number() over (
            partition by {{ cell_list('claims') }}, claims.measure, claims.original_id
            order by claims.precedence_position
        ) as position_in_original
    from claims
    where claims.measure in ('score', 'rank')
),

own as (
    select * from figures
    where position_in_original = 1
),

chosen as (
    select * from figures
    where precedence_position = 1
),

-- Only what was chosen is reckoned with: whatever says otherwise about the same cell is listed beside it already.
statements as (
    select claims.*
    from claims
    where
        claims.measure in ('change', 'change_rank', 'gap_to_mean', 'range_min', 'range_max')
        and claims.precedence_position = 1
),

changes as (
    select
        {{ cell_list('statements') }},
        statements.measure,
        statements.claim_id,
        statements.original_id,
        statements.value,
        statements.unit_family,
        statements.precision_decimals,
        statements.raw_text,
        links.previous_edition_id,
        links.previous_criterion_code,
        case when statements.measure = 'change' then 'score' else 'rank' end as figure_measure
    from statements
    inner join {{ ref('int_criteria__previous') }} as links
        on
            statements.edition_id = links.edition_id
            and statements.criterion_code = links.criterion_code
    where
        statements.measure in ('change', 'change_rank')
        and links.previous_criterion_code is not null
),

change_sides as (
    select
        changes.*,
        coalesce(own_now.value, chosen_now.value) as value_now,
        coalesce(own_now.claim_id, chosen_now.claim_id) as claim_now,
        coalesce(own_now.raw_text, chosen_now.raw_text) as text_now,
        coalesce(own_now.unit_family, chosen_now.unit_family) as unit_now,
        coalesce(own_now.precision_decimals, chosen_now.precision_decimals) as decimals_now,
        coalesce(own_before.value, chosen_before.value) as value_before,
        coalesce(own_before.claim_id, chosen_before.claim_id) as claim_before,
        coalesce(own_before.raw_text, chosen_before.raw_text) as text_before,
        coalesce(own_before.unit_family, chosen_before.unit_family) as unit_before,
        coalesce(own_before.precision_decimals, chosen_before.precision_decimals) as decimals_before
    from changes
    left join own as own_now
        on
            {{ same_cell('changes', 'own_now') }}
            and changes.figure_measure = own_now.measure
            and changes.original_id = own_now.original_id
    left join chosen as chosen_now
        on
            {{ same_cell('changes', 'chosen_now') }}
            and changes.figure_measure = chosen_now.measure
    left join own as own_before
        on
            changes.previous_edition_id = own_before.edition_id
            and changes.previous_criterion_code = own_before.criterion_code
            and changes.entity_type = own_before.entity_type
            and changes.entity_code = own_before.entity_code
            and changes.stage = own_before.stage
            and changes.score_source = own_before.score_source
            and changes.figure_measure = own_before.measure
            and changes.original_id = own_before.original_id
    left join chosen as chosen_before
        on
            changes.previous_edition_id = chosen_before.edition_id
            and changes.previous_criterion_code = chosen_before.criterion_code
            and changes.entity_type = chosen_before.entity_type
            and changes.entity_code = chosen_before.entity_code
            and changes.stage = chosen_before.stage
            and changes.score_source = chosen_before.score_source
            and changes.figure_measure = chosen_before.measure
),

change_relations as (
    select
        {{ cell_list('change_sides') }},
        change_sides.measure,
        case when change_sides.measure = 'change' then 'change_against_scores' else 'change_rank_against_ranks' end as found_by,
        change_sides.claim_id,
        change_sides.claim_before as other_claim_id,
        change_sides.value,
        -- Of ranks fewer is better: places gained count up.
        case
            when change_sides.measure = 'change' then change_sides.value_now - change_sides.value_before
            else change_sides.value_before - change_sides.value_now
        end as other_value,
        case
            when change_sides.measure = 'change'
                then
                    {{ half_unit('change_sides.precision_decimals') }}
                    + {{ half_unit('change_sides.decimals_now') }}
                    + {{ half_unit('change_sides.decimals_before') }}
            else 0
        end as tolerance,
        change_sides.raw_text || ' <> '
        || case
            when change_sides.measure = 'change' then change_sides.text_now || ' - ' || change_sides.text_before
            else change_sides.text_before || ' - ' || change_sides.text_now
        end as relation_text
    from change_sides
    where
        change_sides.value_now is not null
        and change_sides.value_before is not null
        and change_sides.unit_now = change_sides.unit_before
        and (change_sides.measure = 'change_rank' or change_sides.unit_family = change_sides.unit_now)
),

-- Gaps to the nation's figure and to the first, against the chosen figures.
gap_sides as (
    select
        {{ cell_list('statements') }},
        statements.measure,
        statements.claim_id,
        statements.value,
        statements.precision_decimals,
        statements.raw_text,
        coalesce(own_now.value, chosen_now.value) as value_now,
        coalesce(own_now.raw_text, chosen_now.raw_text) as text_now,
        coalesce(own_now.precision_decimals, chosen_now.precision_decimals) as decimals_now,
        nations.claim_id as other_claim_id,
        nations.value as other_score,
        nations.raw_text as other_text,
        nations.precision_decimals as other_decimals
    from statements
    left join own as own_now
        on
            {{ same_cell('statements', 'own_now') }}
            and own_now.measure = 'score'
            and statements.original_id = own_now.original_id
    left join chosen as chosen_now
        on
            {{ same_cell('statements', 'chosen_now') }}
            and chosen_now.measure = 'score'
    inner join chosen as nations
        on
            statements.edition_id = nations.edition_id
            and statements.criterion_code = nations.criterion_code
            and statements.stage = nations.stage
            and statements.score_source = nations.score_source
            and nations.entity_type = 'nation'
            and nations.measure = 'score'
            and coalesce(own_now.unit_family, chosen_now.unit_family) = nations.unit_family
    where statements.measure = 'gap_to_mean'
),

gap_relations as (
    select
        {{ cell_list('gap_sides') }},
        gap_sides.measure,
        'gap_against_scores' as found_by,
        gap_sides.claim_id,
        gap_sides.other_claim_id,
        gap_sides.value,
        gap_sides.value_now - gap_sides.other_score as other_value,
        {{ half_unit('gap_sides.precision_decimals') }}
        + {{ half_unit('gap_sides.decimals_now') }}
        + {{ half_unit('gap_sides.other_decimals') }} as tolerance,
        gap_sides.raw_text || ' <> ' || gap_sides.text_now || ' - ' || gap_sides.other_text as relation_text
    from gap_sides
    where gap_sides.value_now is not null
),

-- The least and the greatest of the criteria right under a criterion, as chosen.
members as (
    select
        chosen.edition_id,
        chosen.entity_type,
        chosen.entity_code,
        tree.parent_code as criterion_code,
        chosen.stage,
        chosen.score_source,
        chosen.claim_id,
        chosen.value,
        chosen.raw_text,
        chosen.precision_decimals,
        chosen.criterion_code as member_code
    from chosen
    inner join {{ ref('int_criteria__by_edition') }} as tree
        on
            chosen.edition_id = tree.edition_id
            and chosen.criterion_code = tree.criterion_code
    where
        chosen.measure = 'score'
        and tree.parent_code is not null
),

extremes as (
    select
        members.*,
        row_number() over (
            partition by {{ cell_list('members') }} order by members.value asc, members.member_code asc
        ) as position_from_least,
        row_number() over (
            partition by {{ cell_list('members') }} order by members.value desc, members.member_code asc
        ) as position_from_most
    from members
),

range_relations as (
    select
        {{ cell_list('statements') }},
        statements.measure,
        'range_against_scores' as found_by,
        statements.claim_id,
        extremes.claim_id as other_claim_id,
        statements.value,
        extremes.value as other_value,
        {{ half_unit('statements.precision_decimals') }} + {{ half_unit('extremes.precision_decimals') }} as tolerance,
        statements.raw_text || ' <> ' || extremes.raw_text as relation_text
    from statements
    inner join extremes
        on
            {{ same_cell('statements', 'extremes') }}
            and (
                (statements.measure = 'range_min' and extremes.position_from_least = 1)
                or (statements.measure = 'range_max' and extremes.position_from_most = 1)
            )
    where
        -- Something lies outside of the range. What is printed may be a part of the family: its range is no narrower for that.
        (statements.measure = 'range_min' and extremes.value < statements.value)
        or (statements.measure = 'range_max' and extremes.value > statements.value)
),

-- A whole against its parts, as int_rollup__checked found it; shown beside the first part.
first_parts as (
    select
        own.*,
        tree.parent_code,
        row_number() over (
            partition by own.edition_id, own.entity_type, own.entity_code, own.original_id, tree.parent_code
            order by tree.sort_order
        ) as part_number
    from own
    inner join {{ ref('int_criteria__by_edition') }} as tree
        on
            own.edition_id = tree.edition_id
            and own.criterion_code = tree.criterion_code
    where
        own.measure = 'score'
        and own.stage = 'published'
        and own.score_source = 'total'
        and tree.takes_part_in_rollup
),

part_relations as (
    select
        {{ cell_list('wholes') }},
        'score' as measure,
        'parts_against_whole' as found_by,
        wholes.claim_id,
        first_parts.claim_id as other_claim_id,
        wholes.value,
        rollups.computed_value as other_value,
        rollups.tolerance,
        wholes.raw_text || ' <> ' || rollups.rollup_rule || ' (' || first_parts.raw_text || ', ...)' as relation_text
    from {{ ref('int_rollup__checked') }} as rollups
    inner join chosen as wholes on rollups.score_claim_id = wholes.claim_id
    inner join first_parts
        on
            wholes.edition_id = first_parts.edition_id
            and wholes.entity_type = first_parts.entity_type
            and wholes.entity_code = first_parts.entity_code
            and wholes.original_id = first_parts.original_id
            and wholes.criterion_code = first_parts.parent_code
            and first_parts.part_number = 1
    where rollups.verdict in ('fails', 'fails_known')
),

-- The four sources of points of PAR INDEX against the total, of one original.
source_sums as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_code,
        stage,
        original_id,
        sum(value) as sum_value,
        sum({{ half_unit('precision_decimals') }}) as sum_half_unit,
        {{ joined_text('raw_text', 'score_source', ' + ') }} as sum_text,
        min(claim_id) as other_claim_id
    from own
    where
        measure = 'score'
        and score_source in ('appraised', 'sipas', 'leaders_survey', 'socio_economic')
        and unit_family in ('points', 'whole_index')
    group by edition_id, entity_type, entity_code, criterion_code, stage, original_id
    having count(*) = 4
),

source_relations as (
    select
        {{ cell_list('own') }},
        'score' as measure,
        'sources_against_total' as found_by,
        own.claim_id,
        source_sums.other_claim_id,
        own.value,
        source_sums.sum_value as other_value,
        {{ half_unit('own.precision_decimals') }} + source_sums.sum_half_unit as tolerance,
        own.raw_text || ' <> ' || source_sums.sum_text as relation_text
    from source_sums
    inner join own
        on
            source_sums.edition_id = own.edition_id
            and source_sums.entity_type = own.entity_type
            and source_sums.entity_code = own.entity_code
            and source_sums.criterion_code = own.criterion_code
            and source_sums.stage = own.stage
            and source_sums.original_id = own.original_id
            and own.measure = 'score'
            and own.score_source = 'total'
),

-- Satisfaction counts up to 10 points in PAR INDEX, by factors whose weights no source states: a tenth of SIPAS is near,
-- not equal.
conversion_relations as (
    select
        {{ cell_list('converted') }},
        'score' as measure,
        'converted_sipas' as found_by,
        converted.claim_id,
        sipas.claim_id as other_claim_id,
        converted.value,
        cast(sipas.value / 10 as decimal(18, 6)) as other_value,
        {{ half_unit('converted.precision_decimals') }} + {{ half_unit('sipas.precision_decimals') }} / 10 as tolerance,
        converted.raw_text || ' <> ' || sipas.raw_text || ' / 10' as relation_text
    from chosen as converted
    inner join {{ ref('stg_raw__edition') }} as editions on converted.edition_id = editions.edition_id
    inner join {{ ref('stg_raw__edition') }} as satisfaction
        on
            editions.reference_year = satisfaction.reference_year
            and editions.instrument_code = satisfaction.instrument_code
            and satisfaction.index_code = 'SIPAS'
    inner join chosen as sipas
        on
            satisfaction.edition_id = sipas.edition_id
            and converted.entity_type = sipas.entity_type
            and converted.entity_code = sipas.entity_code
            and sipas.is_root
            and sipas.measure = 'score'
            and sipas.stage = 'published'
            and sipas.score_source = 'total'
    where
        editions.index_code = 'PAR_PROVINCE'
        and converted.measure = 'score'
        and converted.score_source = 'sipas'
        and converted.is_root
),

-- A rank that somebody computed from published figures against ours from the same figures.
rank_relations as (
    select
        {{ cell_list('chosen') }},
        'rank' as measure,
        'rank_against_our_rank' as found_by,
        chosen.claim_id,
        scored.claim_id as other_claim_id,
        chosen.value,
        cast(derived.derived_rank as decimal(18, 6)) as other_value,
        cast(0 as decimal(18, 9)) as tolerance,
        chosen.raw_text || ' <> ' || cast(derived.derived_rank as {{ dbt.type_string() }}) || '/'
        || cast(derived.ranked_count as {{ dbt.type_string() }}) as relation_text
    from chosen
    inner join {{ ref('int_scores__derived_rank') }} as derived on {{ same_cell('chosen', 'derived') }}
    inner join chosen as scored
        on
            {{ same_cell('chosen', 'scored') }}
            and scored.measure = 'score'
    where
        chosen.measure = 'rank'
        and chosen.rank_kind = 'derived_by_third_party'
),

relations as (
    select * from change_relations
    union all
    select * from gap_relations
    union all
    select * from range_relations
    union all
    select * from part_relations
    union all
    select * from source_relations
    union all
    select * from conversion_relations
    union all
    select * from rank_relations
)

select
    {{ cell_list('relations') }},
    relations.measure,
    relations.found_by,
    case when relations.found_by = 'converted_sipas' then 'unreconciled' else 'contradiction' end as kind,
    relations.claim_id,
    relations.other_claim_id,
    relations.value,
    cast(relations.other_value as decimal(18, 6)) as other_value,
    cast(relations.other_value - relations.value as decimal(18, 6)) as difference,
    cast(relations.tolerance as decimal(18, 9)) as tolerance,
    relations.relation_text
from relations
where abs(relations.other_value - relations.value) > relations.tolerance
