-- Estimates of this project, never of a publisher: read sample_source and assumption with every row.
select
    estimates.index_code,
    estimates.reference_year as year,
    estimates.edition_id,
    estimates.instrument_code,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    estimates.entity_code as province_code,
    estimates.entity_type,
    estimates.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    criteria.facet,
    estimates.methodology_code,
    {{ report_figure('estimates.score') }} as score,
    estimates.unit,
    'estimated_by_us' as value_status,
    estimates.estimator,
    estimates.sample_size,
    estimates.sample_size_status,
    estimates.sample_source,
    {{ report_figure('estimates.item_sd_low') }} as item_sd_low,
    {{ report_figure('estimates.item_sd_high') }} as item_sd_high,
    {{ report_figure('estimates.design_effect') }} as design_effect,
    estimates.assumption,
    {% for column in [
        'standard_error_low', 'standard_error', 'standard_error_clustered', 'interval_low', 'interval_high',
        'interval_low_clustered', 'interval_high_clustered', 'margin', 'margin_clustered'
    ] -%}
    {{ report_figure('estimates.' ~ column) }} as {{ column }},
    {% endfor -%}
    estimates.previous_edition_id,
    estimates.previous_year,
    {{ report_figure('estimates.previous_score') }} as previous_score,
    estimates.previous_sample_size,
    estimates.previous_sample_size_status,
    estimates.change_is_comparable,
    {% for column in ['year_difference', 'difference_z', 'difference_z_clustered'] -%}
    {{ report_figure('estimates.' ~ column) }} as {{ column }},
    {% endfor -%}
    estimates.is_beyond_noise,
    estimates.is_beyond_noise_clustered,
    estimates.entity_key,
    estimates.criterion_key,
    estimates.score_claim_id
from {{ ref('int_uncertainty__estimated') }} as estimates
inner join {{ ref('dim_criterion') }} as criteria on estimates.criterion_key = criteria.criterion_key
left join {{ ref('dim_province') }} as entities on estimates.entity_key = entities.entity_key
