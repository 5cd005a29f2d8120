{#- Half a unit of the last printed digit: 0.005 for two decimals. Unknown decimals give 0, the strictest reading. -#}
{% macro half_unit(decimals) -%}
    cast(coalesce(0.5 * power(10, -{{ decimals }}), 0) as decimal(18, 9))
{%- endmacro %}

{#- Figures of the reports: four decimals, as double, because charting tools read decimals as text. -#}
{% macro report_figure(expression) -%}
    cast(round({{ expression }}, 4) as double)
{%- endmacro %}

{#- Equal, or both unknown. -#}
{% macro same_or_both_null(left, right) -%}
    coalesce({{ left }} = {{ right }}, {{ left }} is null and {{ right }} is null)
{%- endmacro %}
