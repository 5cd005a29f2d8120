-- Official ranks of two units that cannot both stand beside the scores chosen for them: one rank given to two units whose
-- scores differ (or are not both known), or a better rank with a lower score. One row per ordered pair: either unit shows it.
-- Only figures of different originals are set against each other here: within one original it is gate 1 that judges.
with units as (
    select
        ranked.edition_id,
        ranked.entity_type,
        ranked.entity_code,
        ranked.criterion_code,
        ranked.stage,
        ranked.score_source,
        ranked.entity_key,
        ranked.rank,
        ranked.score,
        ranked.used_rank_claim_id as rank_claim_id,
        rank_claims.original_id as rank_original_id,
        score_claims.original_id as score_original_id,
        score_claims.unit_family,
        {{ half_unit('ranked.precision_decimals') }} as half_unit,
        case when indices.direction = 'lower_is_better' then -ranked.score else ranked.score end as merit
    from {{ ref('int_scores__ranked') }} as ranked
    inner join {{ ref('stg_raw__index') }} as indices on ranked.index_code = indices.index_code
    inner join {{ ref('int_claims__ranked') }} as rank_claims on ranked.used_rank_claim_id = rank_claims.claim_id
    left join {{ ref('int_claims__ranked') }} as score_claims on ranked.score_claim_id = score_claims.claim_id
    where
        ranked.rank_kind = 'official'
        and ranked.entity_type in ('province', 'ministry')
),

pairs as (
    select
        units.*,
        other.entity_code as other_entity_code,
        other.entity_key as other_entity_key,
        other.rank as other_rank,
        other.score as other_score,
        other.rank_claim_id as other_rank_claim_id,
        units.rank_original_id = other.rank_original_id as is_one_ranking,
        units.rank_original_id = other.rank_original_id
        and units.score_original_id = units.rank_original_id
        and other.score_original_id = units.rank_original_id as is_one_original,
        -- > 0: this unit scores better than rounding explains; < 0: worse; 0: no order can be read; null: not comparable.
        case
            when units.unit_family <> other.unit_family then null
            when abs(units.merit - other.merit) <= units.half_unit + other.half_unit then 0
            else sign(units.merit - other.merit)
        end as score_order
    from units
    inner join units as other
        on
            units.edition_id = other.edition_id
            and units.entity_type = other.entity_type
            and units.criterion_code = other.criterion_code
            and units.stage = other.stage
            and units.score_source = other.score_source
            and units.entity_code <> other.entity_code
),

judged as (
    select
        pairs.*,
        case
            when
                pairs.rank = pairs.other_rank
                and (
                    (pairs.score_order <> 0 and not pairs.is_one_original)
                    -- Without both scores a rank given twice by one original is a tie it states; by two it cannot be told.
                    or ((pairs.score is null or pairs.other_score is null) and not pairs.is_one_ranking)
                )
                then 'shared_rank'
            when
                pairs.rank <> pairs.other_rank
                and sign(pairs.rank - pairs.other_rank) = pairs.score_order
                and not pairs.is_one_original
                then 'rank_against_score'
        end as kind
    from pairs
)

select
    {{ cell_list('judged') }},
    judged.kind,
    judged.entity_key,
    judged.rank,
    judged.score,
    judged.rank_claim_id,
    judged.other_entity_code,
    judged.other_entity_key,
    judged.other_rank,
    judged.other_score,
    judged.other_rank_claim_id
from judged
where judged.kind is not null
