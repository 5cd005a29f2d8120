-- Order of belief among the claims of one cell and measure; position 1 is the chosen claim, the others stay as they are.
-- Claims of a superseded document come behind all others and are never chosen, not even where nothing else is left.
with claims as (
    select * from {{ ref('int_claims__placed') }}
),

{{ judging_claims() }}

select
    judged.*,
    row_number() over (
        partition by {{ cell_list('judged') }}, judged.measure
        order by
            coalesce(judged.is_superseded, false) asc,
            {{ precedence_order('judged') }}
    ) + case when judged.is_superseded then 1 else 0 end as precedence_position
from judged
