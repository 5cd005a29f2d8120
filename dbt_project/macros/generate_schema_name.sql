{#- Schemas are named exactly staging, intermediate and marts: readers and the publisher rely on the plain names. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
