{#- Spark finds schema raw as Parquet files that `cchc build` wrote, one per table: here they get their names. Other targets hold
    schema raw themselves. -#}
{% macro register_raw() -%}
    {%- if execute and target.type == 'spark' -%}
        {%- set folder = env_var('CCHC_SPARK_RAW') -%}
        {%- do run_query('create schema if not exists raw') -%}
        {%- for source in graph.sources.values() if source.schema == 'raw' -%}
            {%- do run_query('drop table if exists raw.' ~ source.name) -%}
            {%- do run_query("create table raw." ~ source.name ~ " using parquet location '" ~ folder ~ "/" ~ source.name ~ "'") -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- A seed names its types in DuckDB's words, like a contract. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- do model['config'].update({'column_types': native_types(model['config'].get('column_types', {}))}) -%}
    {{ return(dbt.spark__create_csv_table(model, agate_table)) }}
{%- endmacro %}

{#- The rows of a seed as literals: the adapter puts a text between apostrophes as it is, and one of its own would end it. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = native_types(model['config'].get('column_types', {})) -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set cells = [] -%}
        {%- for name in agate_table.column_names -%}
            {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
            {%- set literal = 'null' if row[name] is none else "'" ~ spark_text(row[name] | string) ~ "'" -%}
            {%- do cells.append('cast(' ~ literal ~ ' as ' ~ type ~ ')') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ cells | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}

{#- A table with a contract is made from the contract: the types that are promised, and a comment on each column, which the
    adapter leaves out of tables made by a query. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- if temporary or not config.get('contract').enforced -%}
        {{ return(dbt.spark__create_table_as(temporary, relation, compiled_code, language)) }}
    {%- endif -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
    {%- set columns = [] -%}
    {%- for name, column in native_columns(model['columns']).items() -%}
        {%- do columns.append(name ~ ' ' ~ column['data_type'] ~ " comment '" ~ spark_text(column['description']) ~ "'") -%}
    {%- endfor -%}
    {%- do run_query(
        'create table ' ~ relation ~ ' (' ~ columns | join(', ') ~ ") using parquet comment '" ~ spark_text(model['description']) ~ "'"
    ) -%}
    insert into {{ relation }}
    {{ get_select_subquery(compiled_code) }}
{%- endmacro %}

{#- The inside of a text literal of Spark. -#}
{% macro spark_text(text) -%}
    {{ return(text | replace("\\", "\\\\") | replace("'", "\\'")) }}
{%- endmacro %}
