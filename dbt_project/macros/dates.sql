{#- Date of a moment in UTC, whatever the time zone of the session. -#}
{% macro date_of(expression) -%}
    {% if target.type == 'spark' -%}
        cast(to_utc_timestamp({{ expression }}, current_timezone()) as date)
    {%- else -%}
        cast({{ expression }} at time zone 'UTC' as date)
    {%- endif %}
{%- endmacro %}

{#- A date as text, YYYY-MM-DD. -#}
{% macro date_text(expression) -%}
    cast(cast({{ expression }} as date) as {{ dbt.type_string() }})
{%- endmacro %}

{#- The end of a validity range that has none. -#}
{% macro open_end(expression) -%}
    coalesce({{ expression }}, date '9999-12-31')
{%- endmacro %}

{#- Whole days from the first date to the second. -#}
{% macro days_between(first, second) -%}
    {% if target.type == 'spark' %}datediff({{ second }}, {{ first }}){% else %}({{ second }} - {{ first }}){% endif %}
{%- endmacro %}

{#- The day a re-issue counts from: the one it states, else the one it was fetched on. -#}
{% macro issued_on(document) -%}
    coalesce({{ document }}.cited_published_on, {{ date_of(document ~ '.retrieved_at') }})
{%- endmacro %}
