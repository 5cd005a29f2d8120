{#- Names of the types that differ between the targets. Text and whole numbers: dbt.type_string(), dbt.type_int(). Figures:
    decimal(18, 6), which all of them have. -#}

{#- Eight-byte floating point. -#}
{% macro type_double() -%}
    {{ 'double precision' if target.type == 'postgres' else 'double' }}
{%- endmacro %}

{#- The target's own name of a type that a contract or a seed names in DuckDB's words. -#}
{% macro native_type(data_type) -%}
    {%- set names = {
        'postgres': {'double': 'double precision'},
        'spark': {'varchar': 'string', 'timestamptz': 'timestamp'},
    } -%}
    {{ return(names.get(target.type, {}).get(data_type | trim | lower, data_type)) }}
{%- endmacro %}

{#- Columns of a contract with the target's own names of their types. -#}
{% macro native_columns(columns) -%}
    {%- set native = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do native.update({name: dict(column, data_type=native_type(column['data_type']))}) -%}
    {%- endfor -%}
    {{ return(native) }}
{%- endmacro %}

{#- The same for `column_types` of a seed. -#}
{% macro native_types(column_types) -%}
    {%- set native = {} -%}
    {%- for name, data_type in column_types.items() -%}
        {%- do native.update({name: native_type(data_type)}) -%}
    {%- endfor -%}
    {{ return(native) }}
{%- endmacro %}
