{#- Place among n as a share: 1 for the first, 0 for the last. Null where the number ranked is not known or is one, and for a rank that
    a third party computed: its universe is not known. `unit`: alias of a row with rank, rank_out_of and rank_kind. -#}
{% macro rank_percentile(unit) -%}
    case
        when {{ unit }}.rank_kind in ('official', 'derived_by_us')
            then
                cast(
                    1 - cast({{ unit }}.rank - 1 as decimal(18, 6)) / nullif({{ unit }}.rank_out_of - 1, 0)
                    as decimal(18, 6)
                )
    end
{%- endmacro %}
