select
    rank_sets.edition_id || ':' || rank_sets.entity_set_code as entity_set_key,
    rank_sets.edition_id,
    rank_sets.entity_set_code,
    rank_sets.name_vi as entity_set_name_vi,
    rank_sets.name_en as entity_set_name_en,
    rank_sets.entity_type,
    rank_sets.parent_entity_code,
    rank_sets.is_ranked,
    rank_sets.unit_count,
    cast(count(units.entity_code) as {{ dbt.type_int() }}) as named_unit_count,
    cast(rank_sets.applicable_max_points as decimal(18, 6)) as applicable_max_points,
    rank_sets.source,
    nullif(rank_sets.note, '') as note
from {{ ref('stg_raw__entity_set') }} as rank_sets
left join {{ ref('stg_raw__entity_set_member') }} as units
    on
        rank_sets.edition_id = units.edition_id
        and rank_sets.entity_set_code = units.entity_set_code
group by
    rank_sets.edition_id, rank_sets.entity_set_code, rank_sets.name_vi, rank_sets.name_en, rank_sets.entity_type,
    rank_sets.parent_entity_code, rank_sets.is_ranked, rank_sets.unit_count, rank_sets.applicable_max_points,
    rank_sets.source, rank_sets.note
