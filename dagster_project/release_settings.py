"""What a release consists of, as the environment says: how many are kept, how CSV files begin, where the release is served."""

from __future__ import annotations

import os
from dataclasses import dataclass

from extractors.isolation import LimitsError

KEEP, BOM, URL, PARTS = "CCHC_KEEP_RELEASES", "CCHC_CSV_BOM", "CCHC_PUBLIC_URL", "CCHC_RELEASE_PARTS"
OPTIONAL_PARTS = ("xlsx", "dictionary", "dbt_docs", "pages")
"""What may be left out of a release; its tables, its comparison with the release before and its metadata may not."""


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """`public_url`: address at which the folder `current` is served, without a slash at its end; empty: nowhere."""

    keep: int = 3
    has_bom: bool = False
    public_url: str = ""
    parts: tuple[str, ...] = OPTIONAL_PARTS


def _keep() -> int:
    given = os.environ.get(KEEP, "3")
    if not given.isdecimal() or not 1 <= int(given) <= 1000:
        raise LimitsError(f"{KEEP}: expected how many releases are kept, from 1 to 1000, found {given!r}")
    return int(given)


def _has_bom() -> bool:
    given = os.environ.get(BOM, "0")
    if given not in ("", "0", "1"):
        raise LimitsError(f"{BOM}: expected 1 (CSV files begin with a byte order mark, for Excel) or 0, found {given!r}")
    return given == "1"


def _public_url() -> str:
    given = os.environ.get(URL, "")
    if given and not given.startswith(("https://", "http://")):
        raise LimitsError(
            f"{URL}: expected the address at which the folder `current` is served, https://…, or nothing, found {given!r}"
        )
    return given.rstrip("/")


def _parts() -> tuple[str, ...]:
    given = os.environ.get(PARTS, "all").strip()
    if given in ("all", "none"):
        return OPTIONAL_PARTS if given == "all" else ()
    named = [name.strip() for name in given.split(",")]
    wrong = [name for name in named if name not in OPTIONAL_PARTS]
    if wrong:
        raise LimitsError(
            f"{PARTS}: expected all, none or names of {', '.join(OPTIONAL_PARTS)} with commas, found {wrong[0]!r}"
        )
    return tuple(name for name in OPTIONAL_PARTS if name in named)


def release_settings() -> ReleaseSettings:
    """From the environment: CCHC_KEEP_RELEASES, CCHC_CSV_BOM, CCHC_PUBLIC_URL, CCHC_RELEASE_PARTS.

    Raises:
        LimitsError: one of them has another value than it may have; the message says which.
    """
    return ReleaseSettings(_keep(), _has_bom(), _public_url(), _parts())


def wrong_release_settings() -> list[str]:
    """What is wrong with each of those settings, before a refresh stumbles over the first."""
    found: list[str] = []
    for read in (_keep, _has_bom, _public_url, _parts):
        try:
            read()
        except LimitsError as error:
            found.append(str(error))
    return found
