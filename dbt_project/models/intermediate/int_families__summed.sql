-- What the published parts of each whole come to, in all and over those that may be compared with the edition before.
-- A family is complete when as many parts are published as the edition's tree has.
with parts as (
    select *
    from {{ ref('int_scores__ranked') }}
    where
        stage = 'published'
        and score_source = 'total'
        and score is not null
)

select
    parts.edition_id,
    parts.entity_type,
    parts.entity_code,
    families.criterion_code,
    families.part_kind,
    parts.unit,
    families.expected_count,
    count(*) as part_count,
    cast(sum(parts.score) as decimal(18, 6)) as part_sum,
    sum(case when previous.change_is_comparable and previous.previous_score is not null then 1 else 0 end) as common_count,
    cast(
        sum(case when previous.change_is_comparable and previous.previous_score is not null then parts.score end)
        as decimal(18, 6)
    ) as common_sum,
    cast(sum(case when previous.change_is_comparable then previous.previous_score end) as decimal(18, 6)) as common_previous_sum
from parts
inner join {{ ref('int_criteria__families') }} as families
    on
        parts.edition_id = families.edition_id
        and parts.criterion_code = families.part_code
left join {{ ref('int_scores__previous') }} as previous on {{ same_cell('parts', 'previous') }}
group by
    parts.edition_id, parts.entity_type, parts.entity_code,
    families.criterion_code, families.part_kind, parts.unit, families.expected_count
