"""The prompt of `cchc query`: line editing, history, completion of tables and columns with what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb
import typer
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from dagster_project.cli_common import COULD_NOT_RUN, DONE
from dagster_project.settings import Settings
from dagster_project.tabular import show_paged, table_text
from extractors.text.fold import fold_name
from warehouse.descriptions import described
from warehouse.query import Answer, NotPublishedError, QueryError, open_published, stoppable
from warehouse.releases import DamagedReleaseError, current_release

HELP = """\
A statement ends with ; and Enter. Tab completes tables, columns, names of provinces ('…), codes of indices.
  .tables              tables, and what each is
  .describe TABLE      its columns: type, meaning
  .reopen              go to a release that was published meanwhile
  .quit, Ctrl-D        leave;   Ctrl-C stops a statement that runs
A long answer opens in the pager: q leaves it."""

_KEYWORDS = (
    "select", "from", "where", "and", "or", "not", "in", "is", "null", "like", "between", "group", "by", "order", "having", "limit",
    "join", "left", "on", "using", "as", "distinct", "count", "sum", "avg", "min", "max", "desc", "asc", "with",
)  # fmt: skip
LEAVE = (".quit", ".exit", "quit", "exit", "quit;", "exit;")
_WORD = re.compile(r"[\w.]*$")
_TEXT = re.compile(r"'([^']*)$")
_OF_AN_INDEX = re.compile(r"\bindex_code\s*(?:=|<>|!=|(?:not\s+)?in\s*\((?:\s*'[^']*'\s*,)*)\s*'[^']*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be named: tables and columns (with their meaning), provinces, codes of indices."""

    tables: dict[str, str] = field(default_factory=dict[str, str])
    columns: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    provinces: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()


def _meaning(comment: str | None) -> str:
    found = described(comment)
    return found.vi or found.en


def vocabulary(connection: duckdb.DuckDBPyConnection) -> Vocabulary:
    """Of the release that is open."""
    tables = {
        str(name): _meaning(comment)
        for name, comment in connection.execute("select table_name, comment from duckdb_tables() order by 1").fetchall()
    }
    columns: dict[str, dict[str, str]] = {}
    for table, column, comment in connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where not internal order by table_name, column_index"
    ).fetchall():
        columns.setdefault(str(table), {})[str(column)] = _meaning(comment)
    provinces: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    if {"dim_province", "dim_index"} <= tables.keys():
        rows = connection.execute("select distinct name_vi from dim_province order by 1").fetchall()
        provinces = tuple(str(name) for (name,) in rows)
        rows = connection.execute("select index_code from dim_index order by index_sort").fetchall()
        indices = tuple(str(name) for (name,) in rows)
    return Vocabulary(tables, columns, provinces, indices)


class SqlCompleter(Completer):
    """Completes by where the cursor stands: a name in quotes, a table after from or join, else columns and keywords."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        quoted = _TEXT.search(before) if before.count("'") % 2 else None
        if quoted is not None:
            typed = fold_name(quoted.group(1))
            is_index = _OF_AN_INDEX.search(before) is not None
            for name in self.words.indices if is_index else self.words.provinces + self.words.indices:
                if fold_name(name).startswith(typed):
                    yield Completion(f"{name}'", -len(quoted.group(1)), display=name)
            return
        match = _WORD.search(before)
        typed = (match.group(0) if match else "").rpartition(".")[2].lower()
        last = re.search(r"(?:\b(from|join|describe|\.describe)\s+)[\w.]*$", before, re.IGNORECASE)
        if last is not None or before.lstrip().startswith(".describe"):
            yield from self._named(self.words.tables, typed)
            return
        text = document.text.lower()
        mentioned = [table for table in self.words.tables if re.search(rf"\b{re.escape(table)}\b", text)]
        columns: dict[str, str] = {}
        for table in mentioned or (["rpt_scores"] if "rpt_scores" in self.words.tables else []):
            columns |= self.words.columns.get(table, {})
        yield from self._named(columns, typed)
        if typed:
            yield from (Completion(word, -len(typed)) for word in _KEYWORDS if word.startswith(typed) and word != typed)
            yield from self._named(self.words.tables, typed)

    def _named(self, found: dict[str, str], typed: str) -> Iterable[Completion]:
        for name, meaning in found.items():
            if name.startswith(typed):
                yield Completion(name, -len(typed), display_meta=meaning[:90])


def _keys() -> KeyBindings:
    """Enter sends a statement that ends with a semicolon, or a command with a dot; else it begins a new line."""
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        text = event.current_buffer.text.strip()
        if not text or text.startswith(".") or text.endswith(";") or text in LEAVE:
            event.current_buffer.validate_and_handle()
        else:
            event.current_buffer.insert_text("\n")

    return keys


class Prompt:
    """One session on one release; it says when another one was published."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.open()

    def open(self) -> None:
        """Open the release that is published now.

        Raises:
            NotPublishedError: there is none, or it is damaged.
        """
        self.connection = open_published(self.settings.published)
        release = current_release(self.settings.published)
        self.release_id = release.release_id if release else ""
        self.completer = SqlCompleter(vocabulary(self.connection))

    def news(self) -> str | None:
        """That another release was published meanwhile."""
        try:
            release = current_release(self.settings.published)
        except DamagedReleaseError:
            return None
        if release is None or release.release_id == self.release_id:
            return None
        return f"release {release.release_id} was published meanwhile; answers are of {self.release_id} until .reopen"

    def answer(self, text: str) -> str:
        """What is said to one line."""
        command, _, rest = text.strip().partition(" ")
        if command == ".tables":
            return table_text(Answer(("table", "meaning"), tuple(self.completer.words.tables.items())))
        if command == ".describe":
            return self._describe(rest.strip().rstrip(";"))
        if command == ".reopen":
            self.connection.close()
            self.open()
            return f"release {self.release_id}"
        return HELP if command.startswith(".") else self._ask(text)

    def _ask(self, text: str) -> str:
        try:
            if len(duckdb.extract_statements(text)) != 1:
                return "one statement at a time"
            result = stoppable(self.connection, text)
            return table_text(Answer(tuple(column[0] for column in result.description or ()), tuple(result.fetchall())))
        except (duckdb.Error, QueryError) as error:
            return str(error)

    def _describe(self, table: str) -> str:
        if table not in self.completer.words.tables:
            return f"no table {table!r}; .tables lists them"
        kinds = dict(
            self.connection.execute(
                "select column_name, data_type from duckdb_columns() where table_name = ?", [table]
            ).fetchall()
        )
        rows = tuple((name, str(kinds[name]), meaning) for name, meaning in self.completer.words.columns[table].items())
        return f"{self.completer.words.tables[table]}\n{table_text(Answer(('column', 'type', 'meaning'), rows))}"


def history_of(settings: Settings) -> History:
    """What was asked before, kept in the home; only for as long as the prompt is open for somebody who may not write there."""
    path = settings.home / "query_history"
    try:
        path.touch(mode=0o600, exist_ok=True)
        path.open("ab").close()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def prompt(settings: Settings) -> int:
    """Ask and answer until the person leaves; the exit code."""
    try:
        session = Prompt(settings)
    except NotPublishedError as error:
        typer.echo(f"cchc: {error}", err=True)
        return COULD_NOT_RUN
    asking: PromptSession[str] = PromptSession(
        history=history_of(settings), completer=session.completer, key_bindings=_keys(), multiline=True,
        complete_while_typing=True,
    )  # fmt: skip
    typer.echo(f"release {session.release_id}, read-only. .help for help, Ctrl-D to leave.")
    while True:
        if (news := session.news()) is not None:
            typer.echo(news)
        try:
            text = asking.prompt("cchc> ", completer=session.completer)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return DONE
        if text.strip() in LEAVE:
            return DONE
        if text.strip():
            _say(session, text)


def _say(session: Prompt, text: str) -> None:
    try:
        said = session.answer(text)
    except KeyboardInterrupt:  # before or after the statement itself
        said = "stopped"
    except NotPublishedError as error:
        said = str(error)
    show_paged(said)
