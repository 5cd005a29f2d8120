{#- PostgreSQL plans by statistics, and a table that was just written has none: without them a join may take a thousand times longer. -#}
{% macro statistics() -%}
    {%- if target.type == 'postgres' and config.get('materialized') == 'table' -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- A unit test compares what is printed. PostgreSQL prints 78.55 and 78.550000 for one number, so both sides lose their last zeros. -#}
{% macro postgres__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
    {%- set figures = [] -%}
    {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(main_sql)) if column.dtype == 'DECIMAL' -%}
        {%- do figures.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {%- set shown = [] -%}
    {%- for name in expected_column_names -%}
        {%- do shown.append('trim_scale(' ~ name ~ ') as ' ~ name if name in figures else name) -%}
    {%- endfor -%}
    {%- set columns = shown | join(', ') -%}
    {{ return(dbt.default__get_unit_test_sql(
        'select ' ~ columns ~ ' from (' ~ main_sql ~ '\n) as actual_rows',
        'select ' ~ columns ~ ' from (' ~ expected_fixture_sql ~ '\n) as expected_rows',
        expected_column_names
    )) }}
{%- endmacro %}
