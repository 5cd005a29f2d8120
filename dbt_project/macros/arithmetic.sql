{#- Half a unit of the last printed digit: 0.005 for two decimals. Unknown decimals give 0, the strictest reading. -#}
{% macro half_unit(decimals) -%}
    cast(coalesce(0.5 * power(10, -{{ decimals }}), 0) as decimal(18, 9))
{%- endmacro %}

{#- Figures of the reports: four decimals, as double, because charting tools read decimals as text. Rounded as a decimal:
    a double is rounded differently by each engine. -#}
{% macro report_figure(expression) -%}
    cast(round(cast({{ expression }} as decimal(24, 9)), 4) as {{ type_double() }})
{%- endmacro %}

{#- Mean of a column of figures, to six decimals, exact: some engines average decimals as doubles. Null where nothing is counted. -#}
{% macro mean_of(expression) -%}
    cast(avg(cast({{ expression }} as decimal(18, 6))) as decimal(18, 6))
{%- endmacro %}

{#- Equal, or both unknown. -#}
{% macro same_or_both_null(left, right) -%}
    coalesce({{ left }} = {{ right }}, {{ left }} is null and {{ right }} is null)
{%- endmacro %}
