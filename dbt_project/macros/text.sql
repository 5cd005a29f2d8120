{#- Letters without marks, in the case they have. Text is NFC, so each Vietnamese letter is one character. -#}
{% macro ascii_text(expression) -%}
    {%- set plain = {
        'a': 'àáảãạăằắẳẵặâầấẩẫậ', 'e': 'èéẻẽẹêềếểễệ', 'i': 'ìíỉĩị', 'o': 'òóỏõọôồốổỗộơờớởỡợ',
        'u': 'ùúủũụưừứửữự', 'y': 'ỳýỷỹỵ', 'd': 'đ',
    } -%}
    {%- set marked = plain.values() | join -%}
    {%- set unmarked = [] -%}
    {%- for letter, forms in plain.items() %}{% set _ = unmarked.append(letter * forms | length) %}{% endfor -%}
    translate({{ expression }}, '{{ marked ~ marked | upper }}', '{{ unmarked | join ~ (unmarked | join | upper) }}')
{%- endmacro %}

{#- Every match of a pattern replaced. PostgreSQL and DuckDB replace the first only, unless told; Spark always replaces all. -#}
{% macro replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}'{{ "" if target.type == 'spark' else ", 'g'" }})
{%- endmacro %}

{#- Part of a web address: lower-case ASCII words joined by hyphens. -#}
{% macro slug(expression) -%}
    trim(both '-' from {{ replace_all('lower(' ~ ascii_text(expression) ~ ')', '[^a-z0-9]+', '-') }})
{%- endmacro %}

{#- Texts of a group in one, in a stated order, nulls left out; null for a group without any. The order must be total, or the
    targets differ. With `distinct` each text once, in the order of the texts themselves. -#}
{% macro joined_text(expression, order_by, separator, distinct=false) -%}
    {%- set order_by = expression if distinct else order_by -%}
    {%- if target.type == 'spark' -%}
        listagg({{ 'distinct ' if distinct }}{{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
    {%- else -%}
        string_agg({{ 'distinct ' if distinct }}{{ expression }}, '{{ separator }}' order by {{ order_by }})
    {%- endif -%}
{%- endmacro %}
