-- Each published score beside that of the edition before, and whether score and rank of the two may be subtracted.
-- Ranks may be only where both editions rank the same set of units: as many units are not yet the same ones.
with scores as (
    select * from {{ ref('int_scores__ranked') }}
    where
        stage = 'published'
        and score_source = 'total'
),

ranked_sets as (
    select
        edition_id,
        entity_type,
        criterion_code,
        -- The mark stands in for the list of units, which would be as long on every row as the edition has units.
        md5({{ joined_text('entity_code', 'entity_code', ' ') }}) as ranked_set_mark
    from scores
    where rank_kind = 'derived_by_us'
    group by edition_id, entity_type, criterion_code
),

universes as (
    select
        scores.*,
        ranked_sets.ranked_set_mark,
        -- A publisher prints no list of whom it ranked; only a ranking of everybody is known to be of the same units.
        coalesce(scores.rank_kind = 'official' and scores.rank_out_of = scores.n_units, false) as is_everybody_ranked
    from scores
    left join ranked_sets
        on
            scores.edition_id = ranked_sets.edition_id
            and scores.entity_type = ranked_sets.entity_type
            and scores.criterion_code = ranked_sets.criterion_code
)

select
    {{ cell_list('universes') }},
    links.previous_edition_id,
    links.previous_methodology_code,
    links.previous_criterion_code,
    links.relation as change_relation,
    earlier.score as previous_score,
    earlier.rank as previous_rank,
    links.is_comparable and coalesce(earlier.unit = universes.unit, true) as change_is_comparable,
    coalesce(
        links.previous_geography = links.geography
        and earlier.rank_kind = universes.rank_kind
        and earlier.rank_out_of = universes.rank_out_of
        and (
            (universes.is_everybody_ranked and earlier.is_everybody_ranked)
            or (universes.rank_kind = 'derived_by_us' and earlier.ranked_set_mark = universes.ranked_set_mark)
        ),
        false
    ) as is_rank_comparable
from universes
inner join {{ ref('int_criteria__previous') }} as links
    on
        universes.edition_id = links.edition_id
        and universes.criterion_code = links.criterion_code
left join universes as earlier
    on
        links.previous_edition_id = earlier.edition_id
        and links.previous_criterion_code = earlier.criterion_code
        and universes.entity_type = earlier.entity_type
        and universes.entity_code = earlier.entity_code
