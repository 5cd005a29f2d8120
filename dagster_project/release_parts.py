"""What a release of this home consists of besides its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dagster_project.dictionary_parts import release_lineage, write_dbt_docs
from dagster_project.page_pictures import write_page_pictures
from dagster_project.progress import report
from dagster_project.release_settings import release_settings
from dagster_project.settings import Settings, read_limits
from warehouse.dictionary import write_dictionary
from warehouse.diff import Provenance
from warehouse.pictures import PagePicture
from warehouse.publish import Part, Pictures, Plan, PublishError, Staged
from warehouse.release_diff import DiffError, diff_of_staged, write_diff
from warehouse.releases import last_whole
from warehouse.workbooks import write_workbooks


def _told(name: str, part: Part) -> Part:
    """The part, with a word to whoever watches that it is being written."""

    def write(staged: Staged) -> None:
        report("publish", f"writing {name}")
        part(staged)

    return write


def _comparison(
    settings: Settings, made_of: Provenance, keys: Mapping[str, Sequence[str]], accepted_because: str | None
) -> Part:
    """What differs from the release before, as three files. Without it nothing is published."""

    def write(staged: Staged) -> None:
        before = last_whole(settings.published)
        try:
            diff = diff_of_staged(
                staged.database, before, facts=staged.facts, made_of=made_of, keys=keys, accepted_because=accepted_because
            )
        except DiffError as error:
            raise PublishError(f"what this release changes cannot be said, so it is not published: {error}") from error
        write_diff(diff, staged.directory / "diff")

    return write


def _pictures(settings: Settings) -> Pictures:
    def write(staged: Staged) -> Sequence[PagePicture]:
        report("publish", "writing pictures of pages")
        return write_page_pictures(settings, staged, read_limits())

    return write


def _workbooks(staged: Staged) -> None:
    write_workbooks(staged.database, staged.directory / "xlsx", facts=staged.facts)


def _dictionary(settings: Settings, keys: Mapping[str, Sequence[str]]) -> Part:
    def write(staged: Staged) -> None:
        lineage = release_lineage(settings, keys)
        write_dictionary(staged.database, staged.directory / "dictionary", facts=staged.facts, lineage=lineage)

    return write


def release_plan(
    settings: Settings, *, made_of: Provenance, keys: Mapping[str, Sequence[str]], accepted_because: str | None
) -> Plan:
    """How a release of this home is made.

    `made_of`, `keys`, `accepted_because`: for the comparison with the release before; `keys`: mart -> columns of its key.

    Raises:
        LimitsError: a variable of the environment has another value than it may have.
    """
    chosen = release_settings()
    parts = [_told("the comparison with the release before", _comparison(settings, made_of, keys, accepted_because))]
    if "xlsx" in chosen.parts:
        parts.append(_told("a workbook per province", _workbooks))
    if "dictionary" in chosen.parts:
        parts.append(_told("the data dictionary", _dictionary(settings, keys)))
    if "dbt_docs" in chosen.parts:
        parts.append(_told("dbt's page of the models", lambda staged: write_dbt_docs(settings, staged.directory / "dbt_docs")))
    return Plan(
        pictures=_pictures(settings) if "pages" in chosen.parts else Plan().pictures,
        keep=chosen.keep,
        has_bom=chosen.has_bom,
        public_url=chosen.public_url,
        has_dictionary="dictionary" in chosen.parts,
        keys=keys,
        parts=parts,
    )
