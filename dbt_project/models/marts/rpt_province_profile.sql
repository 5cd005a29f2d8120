-- One page a unit: each edition with its whole-index score, what stands out in it, and how much of it is known. Units that no
-- edition covers yet have one row without one. Of a unit formed by a merger the units before it are named, never averaged.
with coverage as (
    select
        cells.edition_id,
        cells.entity_type,
        cells.entity_key,
        sum(case when cells.is_expected then 1 else 0 end) as expected_cell_count,
        sum(
            case when cells.is_expected and cells.what_is_known in ('score', 'score_and_rank') then 1 else 0 end
        ) as known_cell_count,
        max(
            case
                when
                    cells.criterion_code = indices.root_criterion_code
                    and cells.what_is_known not in ('score', 'score_and_rank')
                    then cells.coverage_reason
            end
        ) as missing_reason
    from {{ ref('rpt_coverage') }} as cells
    left join {{ ref('dim_index') }} as indices on cells.index_code = indices.index_code
    where cells.entity_type not in ('nation', 'region')
    group by cells.edition_id, cells.entity_type, cells.entity_key
),

units as (
    select
        coverage.edition_id,
        coverage.entity_key,
        coverage.expected_cell_count,
        coverage.known_cell_count,
        coverage.missing_reason
    from coverage
    union all
    select
        cast(null as {{ dbt.type_string() }}) as edition_id,
        provinces.entity_key,
        0 as expected_cell_count,
        0 as known_cell_count,
        cast(null as {{ dbt.type_string() }}) as missing_reason
    from {{ ref('dim_province') }} as provinces
    left join coverage on provinces.entity_key = coverage.entity_key
    where
        provinces.entity_type = 'province'
        and provinces.is_current
        and coverage.entity_key is null
),

scores as (
    select * from {{ ref('rpt_scores') }}
    where entity_type not in ('nation', 'region')
),

whole as (
    select scores.*
    from scores
    inner join {{ ref('dim_index') }} as indices
        on
            scores.index_code = indices.index_code
            and scores.criterion_code = indices.root_criterion_code
),

conflicts as (
    select
        edition_id,
        entity_key,
        sum(case when has_conflict then 1 else 0 end) as conflict_count
    from scores
    group by edition_id, entity_key
),

-- Parents of something with a rank, and of something with a gap: what is no parent of these is the lowest node published.
parents as (
    select
        edition_id,
        entity_key,
        parent_code,
        count(rank) as ranked_child_count,
        count(gap_to_mean) as measured_child_count
    from scores
    where parent_code is not null
    group by edition_id, entity_key, parent_code
),

nodes as (
    select
        scores.*,
        case when coalesce(parents.ranked_child_count, 0) = 0 then scores.rank end as lowest_rank,
        case when coalesce(parents.measured_child_count, 0) = 0 then scores.gap_to_mean end as lowest_gap
    from scores
    inner join {{ ref('dim_index') }} as indices on scores.index_code = indices.index_code
    left join parents
        on
            scores.edition_id = parents.edition_id
            and scores.entity_key = parents.entity_key
            and scores.criterion_code = parents.parent_code
    where
        scores.criterion_code <> indices.root_criterion_code
        and scores.facet in ('satisfaction', 'none')
),

placed as (
    select
        nodes.*,
        row_number() over (
            partition by nodes.edition_id, nodes.entity_key
            order by nodes.lowest_rank asc nulls last, nodes.sort_order asc, nodes.criterion_key asc
        ) as best_rank_position,
        row_number() over (
            partition by nodes.edition_id, nodes.entity_key
            order by nodes.lowest_rank desc nulls last, nodes.sort_order asc, nodes.criterion_key asc
        ) as worst_rank_position,
        row_number() over (
            partition by nodes.edition_id, nodes.entity_key
            order by nodes.lowest_gap desc nulls last, nodes.sort_order asc, nodes.criterion_key asc
        ) as best_gap_position,
        row_number() over (
            partition by nodes.edition_id, nodes.entity_key
            order by nodes.lowest_gap asc nulls last, nodes.sort_order asc, nodes.criterion_key asc
        ) as worst_gap_position
    from nodes
),

standing_out as (
    select
        edition_id,
        entity_key,
        max(case when best_rank_position = 1 and lowest_rank is not null then criterion_code end) as best_rank_code,
        max(case when best_rank_position = 1 and lowest_rank is not null then criterion_name_vi end) as best_rank_name_vi,
        max(case when best_rank_position = 1 and lowest_rank is not null then lowest_rank end) as best_rank,
        max(case when best_gap_position = 1 and lowest_gap is not null then criterion_code end) as best_gap_code,
        max(case when best_gap_position = 1 and lowest_gap is not null then criterion_name_vi end) as best_gap_name_vi,
        max(case when best_gap_position = 1 and lowest_gap is not null then lowest_gap end) as best_gap,
        max(case when worst_rank_position = 1 and lowest_rank is not null then criterion_code end) as worst_rank_code,
        max(case when worst_rank_position = 1 and lowest_rank is not null then criterion_name_vi end) as worst_rank_name_vi,
        max(case when worst_rank_position = 1 and lowest_rank is not null then lowest_rank end) as worst_rank,
        max(case when worst_gap_position = 1 and lowest_gap is not null then criterion_code end) as worst_gap_code,
        max(case when worst_gap_position = 1 and lowest_gap is not null then criterion_name_vi end) as worst_gap_name_vi,
        max(case when worst_gap_position = 1 and lowest_gap is not null then lowest_gap end) as worst_gap,
        count(rank) as ranked_criteria_count
    from placed
    group by edition_id, entity_key
),

-- All that came before on the land, however many resolutions ago: each former code once, under its latest name.
former as (
    select
        provinces.entity_key,
        earlier.entity_code,
        earlier.name_vi,
        row_number() over (
            partition by provinces.entity_key, earlier.entity_code
            order by earlier.valid_from desc
        ) as recency
    from {{ ref('stg_raw__constituent') }} as links
    inner join {{ ref('dim_province') }} as provinces
        on
            provinces.entity_type = 'province'
            and links.entity_code = provinces.entity_code
            and links.valid_from = provinces.valid_from
    inner join {{ ref('dim_province') }} as earlier
        on
            earlier.entity_type = 'province'
            and links.constituent_code = earlier.entity_code
            and links.constituent_valid_from = earlier.valid_from
),

constituents as (
    select
        entity_key,
        {{ joined_text("name_vi || ' (' || entity_code || ')'", "entity_code", " + ") }} as constituents_vi
    from former
    where recency = 1
    group by entity_key
),

successors as (
    select
        predecessor_key as entity_key,
        {{ joined_text("successor_name_vi || ' (' || successor_code || ')'", 'successor_code', ' + ') }} as successors_vi
    from {{ ref('bridge_province_succession') }}
    group by predecessor_key
)

select
    provinces.name_vi as province,
    provinces.name_en as province_en,
    provinces.name_ascii as province_ascii,
    provinces.name_sort as province_sort,
    provinces.entity_code as province_code,
    provinces.province_slug,
    provinces.entity_type,
    provinces.geography,
    provinces.region_vi,
    provinces.valid_from,
    provinces.valid_to,
    constituents.constituents_vi,
    successors.successors_vi,
    editions.index_code,
    editions.year,
    units.edition_id,
    editions.instrument_code,
    whole.score,
    whole.unit,
    whole.value_status,
    coalesce(whole.missing_reason, units.missing_reason) as missing_reason,
    whole.rank,
    whole.rank_out_of,
    whole.rank_kind,
    cast(whole.rank as {{ dbt.type_string() }}) || '/'
    || cast(whole.rank_out_of as {{ dbt.type_string() }}) as rank_text,
    {{ report_figure(rank_percentile('whole')) }} as percentile,
    whole.national_mean,
    whole.gap_to_mean,
    whole.gap_to_best,
    whole.gap_to_rank_10,
    whole.previous_score,
    whole.change,
    whole.change_rank,
    whole.printed_change,
    coalesce(whole.change_is_comparable, false) as change_is_comparable,
    case
        when whole.score is null or whole.previous_score is null then 'no_previous'
        when whole.change is null then 'not_comparable'
        when whole.change > 0 then 'up'
        when whole.change < 0 then 'down'
        else 'unchanged'
    end as trend,
    standing_out.best_rank_code,
    standing_out.best_rank_name_vi,
    standing_out.best_rank,
    standing_out.worst_rank_code,
    standing_out.worst_rank_name_vi,
    standing_out.worst_rank,
    standing_out.best_gap_code,
    standing_out.best_gap_name_vi,
    standing_out.best_gap,
    standing_out.worst_gap_code,
    standing_out.worst_gap_name_vi,
    standing_out.worst_gap,
    cast(coalesce(standing_out.ranked_criteria_count, 0) as {{ dbt.type_int() }}) as ranked_criteria_count,
    cast(coalesce(conflicts.conflict_count, 0) as {{ dbt.type_int() }}) as conflict_count,
    cast(units.expected_cell_count as {{ dbt.type_int() }}) as expected_cell_count,
    cast(units.known_cell_count as {{ dbt.type_int() }}) as known_cell_count,
    {{ report_figure('cast(units.known_cell_count as decimal(18, 6)) / nullif(units.expected_cell_count, 0)') }} as known_share,
    whole.claim_id,
    provinces.entity_key
from units
inner join {{ ref('dim_province') }} as provinces on units.entity_key = provinces.entity_key
left join {{ ref('dim_edition') }} as editions on units.edition_id = editions.edition_id
left join whole
    on
        units.edition_id = whole.edition_id
        and units.entity_key = whole.entity_key
left join conflicts
    on
        units.edition_id = conflicts.edition_id
        and units.entity_key = conflicts.entity_key
left join standing_out
    on
        units.edition_id = standing_out.edition_id
        and units.entity_key = standing_out.entity_key
left join constituents on units.entity_key = constituents.entity_key
left join successors on units.entity_key = successors.entity_key
