"""Pages of one file each, in Vietnamese with English beside it: no script, no style, font or picture from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from jinja2 import Environment

from dagster_project import wording
from dagster_project.explain_text import LOCATOR_FIELDS, place_text
from warehouse.html import page_environment


def _environment() -> Environment:
    made = page_environment(__name__)
    filters = cast("dict[str, object]", made.filters)
    filters |= {"of": wording.words_for, "place": place_text, "locator": _locator, "otherplace": _other_place}
    return made


def _other_place(record: Mapping[str, object]) -> str:
    return place_text(record, "other_")


def _locator(record: Mapping[str, object]) -> str:
    """A locator as it stands in JSON."""
    return place_text({name: record.get(name) for name in LOCATOR_FIELDS})


def render(template: str, **facts: object) -> str:
    """One page. Every text of a document or of a release is escaped."""
    return _environment().get_template(template).render(words=wording, **facts)
