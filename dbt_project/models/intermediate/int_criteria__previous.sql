-- For each criterion of an edition: its code in the edition before, and whether the two figures may be subtracted.
with pairs as (
    select * from {{ ref('int_editions__previous') }}
),

relations as (
    select
        index_code,
        from_year,
        to_year,
        from_methodology_code,
        to_methodology_code,
        to_code as criterion_code,
        count(*) as relation_count,
        min(from_code) as from_code,
        min(relation) as relation
    from {{ ref('stg_raw__comparability') }}
    where to_code is not null
    group by index_code, from_year, to_year, from_methodology_code, to_methodology_code, to_code
),

linked as (
    select
        pairs.*,
        criteria.criterion_code,
        criteria.is_root,
        criteria.name_vi,
        criteria.unit,
        criteria.scale_min,
        criteria.scale_max,
        criteria.max_points,
        relations.relation_count,
        relations.relation,
        case
            when relations.relation_count is null then criteria.criterion_code
            -- Only one-to-one relations have a value before; a split or merged criterion has none of its own.
            when relations.relation_count = 1 and relations.relation not in ('split', 'merged', 'new', 'dropped')
                then relations.from_code
        end as previous_criterion_code
    from pairs
    inner join {{ ref('int_criteria__by_edition') }} as criteria on pairs.edition_id = criteria.edition_id
    left join relations
        on
            pairs.index_code = relations.index_code
            and pairs.previous_year = relations.from_year
            and pairs.reference_year = relations.to_year
            and pairs.previous_methodology_code = relations.from_methodology_code
            and pairs.methodology_code = relations.to_methodology_code
            and criteria.criterion_code = relations.criterion_code
)

select
    linked.edition_id,
    linked.criterion_code,
    linked.previous_edition_id,
    linked.previous_methodology_code,
    linked.previous_geography,
    linked.geography,
    previous.criterion_code as previous_criterion_code,
    coalesce(
        linked.relation,
        case
            when not linked.is_same_methodology then 'unknown'
            when previous.criterion_code is null then 'new'
            else 'same_methodology'
        end
    ) as relation,
    previous.criterion_code is not null
    and linked.unit = previous.unit
    and {{ same_or_both_null('linked.scale_min', 'previous.scale_min') }}
    and {{ same_or_both_null('linked.scale_max', 'previous.scale_max') }}
    and {{ same_or_both_null('linked.max_points', 'previous.max_points') }}
    and case
        when linked.relation_count is not null then linked.relation_count = 1 and linked.relation = 'same'
        when linked.is_same_methodology then linked.is_comparable_within
        else false
    end as is_comparable
from linked
left join {{ ref('int_criteria__by_edition') }} as previous
    on
        linked.previous_edition_id = previous.edition_id
        and linked.previous_criterion_code = previous.criterion_code
        -- Without a stated relation a code alone does not link two trees: the same number may name another thing.
        and (
            linked.relation_count is not null
            or linked.is_same_methodology
            or (linked.is_root and previous.is_root)
            or linked.name_vi = previous.name_vi
        )
