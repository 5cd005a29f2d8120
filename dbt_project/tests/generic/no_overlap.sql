{#- Validity ranges (both ends inclusive) of one key never overlap. -#}
{% test no_overlap(model, key_columns, valid_from, valid_to) %}
select
    earlier.{{ valid_from }} as earlier_from,
    later.{{ valid_from }} as later_from,
    {% for column in key_columns %}earlier.{{ column }}{{ ", " if not loop.last }}{% endfor %}
from {{ model }} as earlier
inner join {{ model }} as later
    on
        {% for column in key_columns %}earlier.{{ column }} = later.{{ column }} and {% endfor %}
        earlier.{{ valid_from }} <= later.{{ valid_from }}
        and coalesce(earlier.{{ valid_to }}, date '9999-12-31') >= later.{{ valid_from }}
where earlier.{{ valid_from }} <> later.{{ valid_from }}
{% endtest %}
