{#- The written precedence among the claims of one cell, strongest first: `order by` of a row_number. The order is total.
    A superseded claim comes last of all, so a newer revision of one publisher beats the older one before strength is asked. -#}
{% macro precedence_order(alias) -%}
    {{ alias }}.has_content desc,
    {{ alias }}.is_contradicted_failure asc,
    {{ alias }}.is_implied asc,
    {{ alias }}.is_unit_of_criterion desc,
    {{ alias }}.source_strength asc,
    {{ alias }}.modality_strength asc,
    {{ alias }}.precision_decimals desc nulls last,
    {{ alias }}.agreeing_count desc,
    {{ alias }}.published_on desc nulls last,
    {{ alias }}.claim_id asc
{%- endmacro %}

{#- The first rule of `precedence_order` by which two claims of one cell differ; `chosen` is a prefix of the other's columns. -#}
{% macro deciding_rule(other, chosen) -%}
    case
        when {{ other }}is_contradicted_failure <> {{ chosen }}is_contradicted_failure then 'known_failure_last'
        when {{ other }}is_implied <> {{ chosen }}is_implied then 'printed_before_implied'
        when {{ other }}is_unit_of_criterion <> {{ chosen }}is_unit_of_criterion then 'unit_of_criterion'
        when {{ other }}source_strength <> {{ chosen }}source_strength then 'stronger_source'
        when {{ other }}modality_strength <> {{ chosen }}modality_strength then 'stronger_modality'
        when not {{ same_or_both_null(other ~ 'precision_decimals', chosen ~ 'precision_decimals') }} then 'more_decimals'
        when {{ other }}agreeing_count <> {{ chosen }}agreeing_count then 'more_originals'
        when not {{ same_or_both_null(other ~ 'published_on', chosen ~ 'published_on') }} then 'newer_publication'
        -- Equal in every way that counts: which of them stands is settled by id alone, and the cell says so.
        else 'undecided'
    end
{%- endmacro %}

{#- Common table expressions that judge the claims of the expression `claims`; the last one, `judged`, has every column that
    `precedence_order` asks for. `moment`: a column of the claims that keeps the days apart on which they are judged. -#}
{% macro judging_claims(moment=none) -%}
agreement as (
    select
        {{ cell_list('claims') }},
        {% if moment %}claims.{{ moment }},{% endif %}
        claims.measure,
        claims.value,
        count(distinct claims.original_id) as agreeing_count
    from claims
    where
        claims.value is not null
        and not coalesce(claims.is_superseded, false)
    group by {{ cell_list('claims') }}, {% if moment %}claims.{{ moment }}, {% endif %}claims.measure, claims.value
),

-- A listed failure gives way only to an unlisted claim that contradicts it: a coarser rounding of it is no better figure.
contradicted_failures as (
    select distinct
        {% if moment %}failing.{{ moment }},{% endif %}
        failing.claim_id
    from claims as failing
    inner join claims as standing
        on
            {{ same_cell('failing', 'standing') }}
            {% if moment %}and failing.{{ moment }} = standing.{{ moment }}{% endif %}
            and failing.measure = standing.measure
            and failing.unit_family = standing.unit_family
    where
        failing.is_known_failure
        and not standing.is_known_failure
        and not coalesce(standing.is_superseded, false)
        and abs(failing.value - standing.value)
        > {{ half_unit('failing.precision_decimals') }} + {{ half_unit('standing.precision_decimals') }}
),

judged as (
    select
        claims.*,
        coalesce(agreement.agreeing_count, 0) as agreeing_count,
        claims.value is not null or claims.value_text is not null as has_content,
        -- A rank read off the order of somebody's list is no rank that anybody printed.
        coalesce(claims.value_status = 'implied' or claims.rank_kind = 'derived_by_third_party', false) as is_implied,
        contradicted_failures.claim_id is not null as is_contradicted_failure
    from claims
    left join agreement
        on
            {{ same_cell('claims', 'agreement') }}
            {% if moment %}and claims.{{ moment }} = agreement.{{ moment }}{% endif %}
            and claims.measure = agreement.measure
            and claims.value = agreement.value
    left join contradicted_failures
        on
            claims.claim_id = contradicted_failures.claim_id
            {% if moment %}and claims.{{ moment }} = contradicted_failures.{{ moment }}{% endif %}
)
{%- endmacro %}
