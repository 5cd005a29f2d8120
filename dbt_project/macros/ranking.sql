{#- Place among n as a share: 1 for the first, 0 for the last. Null where the number ranked is not known or is one. -#}
{% macro rank_percentile(rank, out_of) -%}
    cast(1 - cast({{ rank }} - 1 as decimal(18, 6)) / nullif({{ out_of }} - 1, 0) as decimal(18, 6))
{%- endmacro %}
