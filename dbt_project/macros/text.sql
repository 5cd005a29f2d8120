{#- Texts of a group in one, in a stated order, nulls left out; null for a group without any. The order must be total, or the
    targets differ. With `distinct` each text once, in the order of the texts themselves. -#}
{% macro joined_text(expression, order_by, separator, distinct=false) -%}
    {%- set order_by = expression if distinct else order_by -%}
    {%- if target.type == 'spark' -%}
        listagg({{ 'distinct ' if distinct }}{{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
    {%- else -%}
        string_agg({{ 'distinct ' if distinct }}{{ expression }}, '{{ separator }}' order by {{ order_by }})
    {%- endif -%}
{%- endmacro %}
