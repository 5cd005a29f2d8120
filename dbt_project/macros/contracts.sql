{#- Contracts are written once, in DuckDB's type names; here they are said in the words of the target, so that dbt compares and
    creates what the target has. On DuckDB nothing is overridden. Spark compares names and types before it builds a table. -#}
{% macro postgres__get_empty_schema_sql(columns) -%}
    {{ return(dbt.default__get_empty_schema_sql(native_columns(columns))) }}
{%- endmacro %}

{% macro spark__get_empty_schema_sql(columns) -%}
    {{ return(dbt.default__get_empty_schema_sql(native_columns(columns))) }}
{%- endmacro %}

{% macro postgres__get_table_columns_and_constraints() -%}
    (
    {% for column in adapter.render_raw_columns_constraints(raw_columns=native_columns(model['columns'])) -%}
        {{ column }}{{ "," if not loop.last }}
    {% endfor -%}
    )
{%- endmacro %}
