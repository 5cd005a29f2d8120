{#- Columns of one cell of the star: what a claim is about, before anybody asks which claim to believe. -#}
{% macro cell_columns() -%}
    {{ return(['edition_id', 'entity_type', 'entity_code', 'criterion_code', 'stage', 'score_source']) }}
{%- endmacro %}

{#- `left.a = right.a and …` over the columns of a cell. -#}
{% macro same_cell(left, right) -%}
    {% for column in cell_columns() -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ " and " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- `alias.a, alias.b, …` over the columns of a cell. -#}
{% macro cell_list(alias) -%}
    {% for column in cell_columns() -%}
        {{ alias }}.{{ column }}{{ ", " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- One text for the columns of a cell. -#}
{% macro score_key() -%}
    {{ cell_columns() | join(" || ':' || ") }}
{%- endmacro %}

{#- Columns of one ranking: the cells of all units of one kind for one criterion of an edition. -#}
{% macro ranking_columns() -%}
    {{ return(cell_columns() | reject('equalto', 'entity_code') | list) }}
{%- endmacro %}

{#- `left.a = right.a and …` over the columns of a ranking. -#}
{% macro same_ranking(left, right) -%}
    {% for column in ranking_columns() -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ " and " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- `alias.a, alias.b, …` over the columns of a ranking. -#}
{% macro ranking_list(alias) -%}
    {% for column in ranking_columns() -%}
        {{ alias }}.{{ column }}{{ ", " if not loop.last }}
    {%- endfor %}
{%- endmacro %}
