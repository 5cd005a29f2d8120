"""Layout of a scoring sheet: which column holds what, which rows are scored, and how the sheet says "not assessed".

A layout is a description, not a search: every column is named with the text of its header, which is the sheet's fingerprint. It stands
in `extractors/par_index/layouts/`, one file per document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from extractors.catalogue.models import Strict
from extractors.records import EntityType
from extractors.text.numbers import DecimalMark

LAYOUTS_DIR = Path(__file__).parent / "layouts"

Role = Literal[
    "number", "label", "max_points", "self", "appraised_1", "appraised_2", "leaders_survey", "evidence", "responsible_unit"
]
POINTS: tuple[Role, ...] = ("self", "appraised_1", "appraised_2", "leaders_survey")
Letters = Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]


class LayoutError(ValueError):
    """A layout file that is absent or does not have its shape; the message names the file."""


class SheetColumn(Strict):
    """A column and the text of its header. `role: null` passes it over; `reason` says why."""

    header: str
    role: Role | None
    reason: str = ""


class SheetLayout(Strict):
    """One sheet of one unit and one year.

    `bonus_rows`: rows without a number that add or take points beyond the maximum, by their label -> code of the criterion.
    `not_assessed`: texts in a column of points that take the criterion out of the maximum that applies.
    """

    sheet: str
    year: int
    instrument: str
    entity_type: EntityType = "province"
    parent: str | None = None
    header_row: int
    first_row: int
    last_row: int
    decimal_mark: DecimalMark = ","
    columns: dict[Letters, SheetColumn]
    total_labels: tuple[str, ...] = ("Tổng điểm", "Tổng cộng")
    bonus_rows: dict[str, str] = Field(default_factory=dict)
    not_assessed: tuple[str, ...] = ("Không đánh giá",)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        roles = [column.role for column in self.columns.values() if column.role is not None]
        if len(set(roles)) != len(roles):
            raise ValueError(f"expected each role in one column, found {roles}")
        absent = {"number", "label", "max_points"} - set(roles)
        if absent or not set(roles) & set(POINTS):
            raise ValueError(f"expected columns of number, label, max_points and some points, found {roles}")
        unexplained = [letters for letters, column in self.columns.items() if column.role is None and len(column.reason) < 10]
        if unexplained:
            raise ValueError(f"expected the reason why columns {unexplained} are passed over, found none")
        if not self.header_row < self.first_row <= self.last_row:
            raise ValueError(f"expected header_row < first_row <= last_row, found {self.header_row}, {self.first_row}")
        return self

    def column_of(self, role: Role) -> str | None:
        return next((letters for letters, column in self.columns.items() if column.role == role), None)


def load_layout(document_id: str, directory: Path = LAYOUTS_DIR) -> SheetLayout:
    """Raises LayoutError for an absent or misshapen file."""
    path = directory / f"{document_id}.yml"
    try:
        return SheetLayout.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise LayoutError(f"expected the layout of the sheet in {path.name}, found no such file") from error
    except yaml.YAMLError as error:
        raise LayoutError(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'layout'}: {fault['msg']}" for fault in error.errors())
        raise LayoutError(f"{path.name}: {faults}") from error
