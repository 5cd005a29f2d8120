-- Which parts a criterion is made of in an edition, whoever is scored in it: its children, and the leaves under it.
-- A method's roll-up rule says which of the two it counts.
with members as (
    select
        index_code,
        methodology_code,
        criterion_code,
        leaf_code as part_code,
        'leaves' as part_kind
    from {{ ref('stg_raw__criterion_leaf') }}
    union all
    select
        index_code,
        methodology_code,
        parent_code as criterion_code,
        criterion_code as part_code,
        'children' as part_kind
    from {{ ref('int_criteria__keyed') }}
    where
        parent_code is not null
        and takes_part_in_rollup
)

select
    criteria.edition_id,
    members.criterion_code,
    members.part_kind,
    members.part_code,
    criteria.sort_order,
    count(*) over (
        partition by criteria.edition_id, members.criterion_code, members.part_kind
    ) as expected_count
from {{ ref('int_criteria__by_edition') }} as criteria
inner join members
    on
        criteria.index_code = members.index_code
        and criteria.methodology_code = members.methodology_code
        and criteria.criterion_code = members.part_code
