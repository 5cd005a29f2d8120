"""Parts of a release taken elsewhere: a table, filtered, or the whole folder; what a name of a province means in it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from extractors.durable import sync_folder, sync_tree
from extractors.text.fold import fold_name
from warehouse.formats.metadata import LICENCES_NAME, LINKED_NAME, PACKAGE_NAME
from warehouse.query import ask
from warehouse.releases import MANIFEST_NAME, Release, read_release, sha256_of


class ExportError(RuntimeError):
    """Nothing was written; the message says what was expected, what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table. A filter that is None leaves all."""

    index_code: str | None = None
    year: int | None = None
    province_code: str | None = None
    criterion_code: str | None = None
    geography: str | None = None


def tables_of(published: Path) -> list[str]:
    """Names of the tables of the release that readers open."""
    return [str(name) for (name,) in ask(published, "select table_name from duckdb_tables() order by 1").rows]


def select_of(published: Path, table: str, selection: Selection) -> tuple[str, list[object]]:
    """SQL with its values for the rows of a table; all columns in their order, sorted by them.

    Raises:
        ExportError: there is no such table, or it has no column for a filter.
    """
    tables = tables_of(published)
    if table not in tables:
        near = get_close_matches(table, tables, n=3, cutoff=0.5)
        hint = f"near: {', '.join(near)}" if near else '`cchc query "show tables"` lists them'
        raise ExportError(f"expected a table of the release, found {table!r}; {hint}")
    columns = [
        str(name)
        for (name,) in ask(
            published, "select column_name from duckdb_columns() where table_name = ? order by column_index", (table,)
        ).rows
    ]
    wanted = [(one.name, value) for one in fields(selection) if (value := getattr(selection, one.name)) is not None]
    lacking = [name for name, _ in wanted if name not in columns]
    if lacking:
        raise ExportError(f"table {table} has no column {lacking[0]}, so it cannot be filtered by it; leave that option out")
    where = " and ".join(f"{name} = ?" for name, _ in wanted)
    order = ", ".join(f'"{name}"' for name in columns)
    return f'select * from "{table}" {"where " + where if where else ""} order by {order}', [value for _, value in wanted]


@dataclass(frozen=True, slots=True)
class Place:
    """A province on one map: code, name, `vn63` or `vn34`, and the name of its workbook."""

    code: str
    name: str
    geography: str
    slug: str


def places_named(published: Path, label: str) -> list[Place]:
    """Provinces whose name, alias or code is `label`, with or without diacritics, on every map; never a near one.

    Raises:
        ExportError: nothing has that name; near names are shown.
    """
    rows = ask(
        published,
        """select entity_code, name_vi, name_en, aliases, geography, province_slug from dim_province
           where entity_type = 'province' and geography in ('vn63', 'vn34') order by geography desc, valid_from""",
    ).rows
    wanted, found, names = fold_name(label), list[Place](), set[str]()
    for code, name, english, aliases, geography, slug in rows:
        labels = [str(name), str(english or ""), *str(aliases or "").split(" | ")]
        names.add(str(name))
        if label == code or wanted in {fold_name(one) for one in labels if one}:
            file = f"{slug}-34" if geography == "vn34" else str(slug)
            found.append(Place(str(code), str(name), str(geography), file))
    if not found:
        near = get_close_matches(wanted, {fold_name(name): name for name in names}, n=3, cutoff=0.6)
        by_fold = {fold_name(name): name for name in names}
        hint = f"near: {', '.join(by_fold[one] for one in near)}" if near else "no name is near"
        raise ExportError(f"expected the name or code of a province, found {label!r}; {hint}")
    return list(dict.fromkeys(found))


def _refuse_unless_ours(target: Path, release: Release, wanted: set[str]) -> None:
    """Only a new folder, an empty one, or an earlier copy that holds nothing else and no part more is written over.

    Raises:
        ExportError: it is something else, or lies among the published releases.
    """
    published = release.directory.resolve().parent.parent
    place = target.absolute().parent.resolve() / target.name
    if target.is_symlink() or place.resolve() == published or published in place.resolve().parents:
        raise ExportError(
            f"{target}: expected a folder outside the published releases ({published}), which are never changed; name another"
        )
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir() or not (target / MANIFEST_NAME).is_file():
        raise ExportError(
            f"{target}: expected a new folder, an empty one or an earlier copy of a release, found something else"
        )
    manifest = json.loads((target / MANIFEST_NAME).read_text(encoding="utf-8"))
    copied = {*manifest.get("files", {}), MANIFEST_NAME}
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    foreign = sorted(found - copied)
    if foreign:
        raise ExportError(
            f"{target}: expected an earlier copy of a release and nothing else, found {foreign[0]} too; move it away, or name another "
            "folder"
        )
    more = sorted({name.partition("/")[0] for name in found} - {name.partition("/")[0] for name in wanted})
    if more:
        raise ExportError(
            f"{target}: holds an earlier copy with more parts ({', '.join(more)}), which this one would remove; name another folder, "
            "or say these parts too"
        )


def copy_release(release: Release, target: Path, parts: Sequence[str] = ()) -> int:
    """A release as a folder of its own at `target`, which must not be there, be empty, or hold an earlier copy; how many files.

    `parts`: only these of `duckdb`, `parquet`, `csv`, `xlsx`, `dictionary`, …; what describes the release always comes along.

    Raises:
        ExportError: the folder holds something else, or the release has no such part.
        DamagedReleaseError: a file of the release is not what was published.
        OSError: it cannot be written, or its disk is full; what stood there stands.
    """
    read_release(release.directory, is_thorough=True)
    names = {path.relative_to(release.directory).as_posix() for path in release.directory.rglob("*") if path.is_file()}
    wanted = {name for name in names if not parts or _part_of(name) in {*parts, DESCRIPTION}}
    lacking = [part for part in parts if part not in {_part_of(name) for name in names}]
    if lacking:
        raise ExportError(
            f"release {release.release_id} has no {lacking[0]} (CCHC_RELEASE_PARTS left it out when it was made); leave that part out"
        )
    _refuse_unless_ours(target, release, wanted)
    beside = target.absolute().with_name(f".{target.name}.{os.getpid()}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for name in sorted(wanted):
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(release.directory / name, beside / name)
        if parts:
            _describe_the_part(beside)
        sync_tree(beside)
        count = sum(1 for path in beside.rglob("*") if path.is_file())
        if target.exists():
            shutil.rmtree(target)
        beside.replace(target)
        sync_folder(target.absolute().parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


DESCRIPTION = "description"


def _part_of(name: str) -> str:
    """Which part of a release a file belongs to: its folder, `duckdb`, or what describes the release."""
    folder, slash, _ = name.partition("/")
    return folder if slash else "duckdb" if name.endswith(".duckdb") else DESCRIPTION


def _licences_of_the_part(folder: Path) -> None:
    """Leave the lines of the files that came along, and the names of those in them."""
    path, lines = folder / LICENCES_NAME, list[str]()
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        names = re.findall(r"`([^`]+)`", line.split(" | ")[0]) if line.startswith("| `") else []
        kept = [f"`{name}`" for name in names if (folder / name).exists()]
        if names and kept:
            lines.append(f"| {', '.join(kept)} | {line.split(' | ', 1)[1]}")
        elif not names:
            lines.append(line)
    path.write_text("".join(lines), encoding="utf-8")


def _describe_the_part(folder: Path) -> None:
    """Let what describes a release name the files that came along and no other: a copy of a part is valid, and can be checked."""
    package = json.loads((folder / PACKAGE_NAME).read_text(encoding="utf-8"))
    linked = json.loads((folder / LINKED_NAME).read_text(encoding="utf-8"))
    kept = [resource for resource in package["resources"] if (folder / resource["path"]).is_file()]
    names = {resource["name"] for resource in kept}
    linked["distribution"] = [one for one in linked["distribution"] if one["name"] in names]
    linked["dcat:distribution"] = [one["@id"] for one in linked["distribution"]]
    texts = {PACKAGE_NAME: package | {"resources": kept}, LINKED_NAME: linked}
    for name, content in texts.items():
        if kept:
            (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        else:  # a package of no file is none
            (folder / name).unlink()
    _licences_of_the_part(folder)
    path = folder / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {name: facts for name, facts in manifest["files"].items() if (folder / name).is_file()}
    for name in {*texts, LICENCES_NAME} & manifest["files"].keys():
        manifest["files"][name] |= {"bytes": (folder / name).stat().st_size, "sha256": sha256_of(folder / name)}
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
