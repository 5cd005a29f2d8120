{#- Letters without marks. Đ has no decomposition, so it is mapped by hand. -#}
{% macro ascii_text(expression) -%}
    replace(replace(strip_accents({{ expression }}), 'đ', 'd'), 'Đ', 'D')
{%- endmacro %}

{#- Part of a web address: lower-case ASCII words joined by hyphens. -#}
{% macro slug(expression) -%}
    trim(regexp_replace(lower({{ ascii_text(expression) }}), '[^a-z0-9]+', '-', 'g'), '-')
{%- endmacro %}
