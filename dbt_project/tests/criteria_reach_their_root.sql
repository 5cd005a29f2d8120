-- A node is the root of its tree or hangs from a node of the same methodology, one level below it.
select
    children.criterion_key,
    children.level,
    parents.level as parent_level
from {{ ref('dim_criterion') }} as children
left join {{ ref('dim_criterion') }} as parents on children.parent_key = parents.criterion_key
where
    children.parent_code is not null
    and coalesce(children.level <> parents.level + 1, true)
