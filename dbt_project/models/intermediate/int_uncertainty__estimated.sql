-- Our own interval for survey figures: no publisher prints one. Only where a number of ballots is known for the unit and an
-- assumption of ours covers the unit of the figure. SD of a step, design effect and z are in the seed, with their reasoning.
with scores as (
    select
        scores.*,
        criteria.scale_min,
        criteria.scale_max
    from {{ ref('int_scores__ranked') }} as scores
    inner join {{ ref('int_criteria__keyed') }} as criteria on scores.criterion_key = criteria.criterion_key
    where
        scores.stage = 'published'
        and scores.score_source = 'total'
        and scores.score is not null
        -- Of what people expect no number of ballots fits the printed shares: their base is not known.
        and criteria.facet <> 'expectation'
),

-- The sample named for a block of questions goes before that of the whole survey.
sampled as (
    select
        scores.*,
        samples.sample_size,
        samples.sample_size_status,
        samples.source as sample_source,
        assumptions.estimator,
        assumptions.item_sd_low,
        assumptions.item_sd_high,
        assumptions.design_effect,
        assumptions.reasoning as assumption,
        cast(assumptions.z as {{ type_double() }}) as z,
        case
            when assumptions.estimator = 'scale_mean'
                then cast(assumptions.points_per_step * assumptions.item_sd_low as {{ type_double() }})
            else sqrt(cast(scores.score as {{ type_double() }}) * (100 - cast(scores.score as {{ type_double() }})))
        end as spread_low,
        case
            when assumptions.estimator = 'scale_mean'
                then cast(assumptions.points_per_step * assumptions.item_sd_high as {{ type_double() }})
            else sqrt(cast(scores.score as {{ type_double() }}) * (100 - cast(scores.score as {{ type_double() }})))
        end as spread_high,
        sqrt(cast(samples.sample_size as {{ type_double() }})) as root_of_size,
        sqrt(cast(assumptions.design_effect as {{ type_double() }})) as root_of_design_effect,
        row_number() over (
            partition by scores.edition_id, scores.entity_type, scores.entity_code, scores.criterion_key
            order by length(coalesce(samples.criterion_code, '')) desc, samples.sample_size asc
        ) as sample_position
    from scores
    inner join {{ ref('survey_sample') }} as samples
        on
            scores.edition_id = samples.edition_id
            and scores.entity_type = samples.entity_type
            and scores.entity_code = samples.entity_code
            and (
                coalesce(samples.criterion_code, '') = ''
                or scores.criterion_code = samples.criterion_code
                or scores.criterion_code like samples.criterion_code || '.%'
            )
    inner join {{ ref('uncertainty_assumption') }} as assumptions
        on
            scores.methodology_code = assumptions.methodology_code
            and scores.unit = assumptions.unit
),

estimated as (
    select
        sampled.*,
        sampled.spread_low / sampled.root_of_size as standard_error_low,
        sampled.spread_high / sampled.root_of_size as standard_error,
        sampled.spread_high / sampled.root_of_size * sampled.root_of_design_effect as standard_error_clustered
    from sampled
    where sampled.sample_position = 1
),

-- The same criterion of the year before, in the same unit. Its own error may not be known.
beside as (
    select
        estimated.*,
        links.previous_edition_id,
        coalesce(links.is_comparable, false) as change_is_comparable,
        earlier.reference_year as previous_year,
        earlier.score as previous_score,
        earlier_estimates.sample_size as previous_sample_size,
        earlier_estimates.sample_size_status as previous_sample_size_status,
        earlier_estimates.standard_error as previous_standard_error,
        earlier_estimates.standard_error_clustered as previous_standard_error_clustered,
        cast(estimated.score - earlier.score as {{ type_double() }}) as year_difference
    from estimated
    left join {{ ref('int_criteria__previous') }} as links
        on
            estimated.edition_id = links.edition_id
            and estimated.criterion_code = links.criterion_code
    left join scores as earlier
        on
            links.previous_edition_id = earlier.edition_id
            and links.previous_criterion_code = earlier.criterion_code
            and estimated.entity_type = earlier.entity_type
            and estimated.entity_code = earlier.entity_code
            and estimated.unit = earlier.unit
    left join estimated as earlier_estimates
        on
            earlier.edition_id = earlier_estimates.edition_id
            and earlier.criterion_key = earlier_estimates.criterion_key
            and earlier.entity_type = earlier_estimates.entity_type
            and earlier.entity_code = earlier_estimates.entity_code
),

judged as (
    select
        beside.*,
        cast(beside.score as {{ type_double() }}) as figure,
        abs(beside.year_difference)
        / nullif(sqrt(power(beside.standard_error, 2) + power(beside.previous_standard_error, 2)), 0) as difference_z,
        abs(beside.year_difference)
        / nullif(
            sqrt(power(beside.standard_error_clustered, 2) + power(beside.previous_standard_error_clustered, 2)), 0
        ) as difference_z_clustered
    from beside
)

select
    edition_id,
    index_code,
    instrument_code,
    reference_year,
    methodology_code,
    entity_key,
    entity_type,
    entity_code,
    criterion_key,
    criterion_code,
    score,
    unit,
    sample_size,
    sample_size_status,
    sample_source,
    estimator,
    item_sd_low,
    item_sd_high,
    design_effect,
    assumption,
    cast(standard_error_low as decimal(18, 6)) as standard_error_low,
    cast(standard_error as decimal(18, 6)) as standard_error,
    cast(standard_error_clustered as decimal(18, 6)) as standard_error_clustered,
    cast(greatest(figure - z * standard_error, scale_min) as decimal(18, 6)) as interval_low,
    cast(least(figure + z * standard_error, scale_max) as decimal(18, 6)) as interval_high,
    cast(greatest(figure - z * standard_error_clustered, scale_min) as decimal(18, 6)) as interval_low_clustered,
    cast(least(figure + z * standard_error_clustered, scale_max) as decimal(18, 6)) as interval_high_clustered,
    cast(z * standard_error as decimal(18, 6)) as margin,
    cast(z * standard_error_clustered as decimal(18, 6)) as margin_clustered,
    previous_edition_id,
    previous_year,
    previous_score,
    previous_sample_size,
    previous_sample_size_status,
    change_is_comparable,
    cast(year_difference as decimal(18, 6)) as year_difference,
    cast(difference_z as decimal(18, 6)) as difference_z,
    cast(difference_z_clustered as decimal(18, 6)) as difference_z_clustered,
    -- A difference inside the error of one year alone is inside that of both; beyond it, the other year's error is needed.
    case
        when year_difference is null then null
        when difference_z is not null then difference_z > z
        when abs(year_difference) <= z * standard_error then false
    end as is_beyond_noise,
    case
        when year_difference is null then null
        when difference_z_clustered is not null then difference_z_clustered > z
        when abs(year_difference) <= z * standard_error_clustered then false
    end as is_beyond_noise_clustered,
    score_claim_id
from judged
