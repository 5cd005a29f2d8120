"""Who may do what on the server: one group that may select from the views, and a login for each reader in it, with limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.serving.errors import ServingError
from warehouse.serving.server import INTERNAL, connect, run
from warehouse.serving.tables import identifier
from warehouse.targets.places import Places

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

GROUP = "cchc_reader"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_LARGE_OBJECTS = (
    "lo_create(oid)",
    "lo_creat(integer)",
    "lo_from_bytea(oid, bytea)",
    "lo_put(oid, bigint, bytea)",
    "lo_open(oid, integer)",
    "lowrite(integer, bytea)",
    "lo_unlink(oid)",
)
_LOG_MESSAGES = ("pg_logical_emit_message(boolean, text, text)", "pg_logical_emit_message(boolean, text, bytea)")
_ADMINISTRATORS = (
    (_LARGE_OBJECTS, "store large objects of their own"),
    (_LOG_MESSAGES, "write into the server's log of changes (pg_logical_emit_message)"),
)
"""Functions by which everybody may write, unless a superuser takes them away, and what they do."""

MIN_PASSWORD = 12
"""Letters of a reader's password."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reader may take. `seconds`: for one statement; `idle_seconds`: for an open transaction in which nothing happens."""

    seconds: int = 60
    idle_seconds: int = 60
    connections: int = 20
    work_mem_mb: int = 32


@dataclass(frozen=True, slots=True)
class Reader:
    """A login that may read; one that owned something when it was dropped is there still, and may not log in."""

    name: str
    limits: Limits
    may_log_in: bool = True


def prepare_roles(server: Connection, database: str) -> None:
    """The group of readers, where their limits are kept, and nothing for those who are in no group.

    Nobody makes tables of his own, runs blocks of code or calls a function that writes.
    """
    if run(server, "select 1 from pg_roles where rolname = %s", (GROUP,)).fetchone() is None:
        run(server, f"create role {GROUP} nologin")
    name = identifier(database)
    for statement in (
        f"revoke create, temporary on database {name} from public",
        "revoke create on schema public from public",
        f"grant connect on database {name} to {GROUP}",
    ):
        run(server, statement)
    # The next belong to the server's administrator: without his rights they stay as they are (`left_to_everybody` says which).
    if run(server, "select rolsuper from pg_roles where rolname = current_user").fetchone() == (True,):
        run(server, "revoke usage on language plpgsql from public")
        for functions, _ in _ADMINISTRATORS:
            for function in functions:
                run(server, f"revoke execute on function pg_catalog.{function} from public")
    with server.transaction():
        run(server, f"create schema if not exists {INTERNAL}")
        run(
            server,
            f"create table if not exists {INTERNAL}.reader (name text primary key, seconds integer not null, idle_seconds integer not "
            "null, connections integer not null, work_mem_mb integer not null)",
        )


def left_to_everybody(server: Connection) -> list[str]:
    """What readers may do beyond reading, because only a superuser can take it from them, in words."""
    found: list[str] = []
    if run(server, "select has_language_privilege(%s, 'plpgsql', 'usage')", (GROUP,)).fetchone() == (True,):
        found.append("run blocks of code (do)")
    for functions, what in _ADMINISTRATORS:
        asked = " or ".join("has_function_privilege(%s, %s, 'execute')" for _ in functions)
        values = [value for function in functions for value in (GROUP, f"pg_catalog.{function}")]
        if run(server, f"select {asked}", values).fetchone() == (True,):
            found.append(what)
    return found


def open_elsewhere(server: Connection) -> list[str]:
    """Other databases of the server that readers may connect to: PostgreSQL lets everybody, unless somebody takes that away."""
    rows = run(
        server,
        "select datname from pg_database where datallowconn and datname <> current_database() "
        "and has_database_privilege(%s, oid, 'connect') order by 1",
        (GROUP,),
    ).fetchall()
    return [str(name) for (name,) in rows]


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name == GROUP:
        raise ServingError(
            f"expected a name of small letters, digits and _ that begins with a letter, such as so_noi_vu_hue, found {name!r}"
        )
    return name


def add_reader(places: Places, name: str, password: str, limits: Limits) -> None:
    """A login that may read the views, and nothing else; one that exists gets the password and the limits.

    Raises:
        ServingError: the name is none, the password is short, the server refuses.
    """
    role = _checked(name)
    if len(password) < MIN_PASSWORD:
        raise ServingError(f"expected a password of at least {MIN_PASSWORD} letters for {name}, found {len(password)}")
    with connect(places) as server, server.transaction():
        prepare_roles(server, places.database)
        known = run(
            server,
            "select rolsuper or rolcreaterole or rolcreatedb, pg_has_role(rolname, %s, 'member') from pg_roles where rolname = %s",
            (GROUP, role),
        ).fetchone()
        if known is not None and (known[0] or not known[1]):
            raise ServingError(f"role {name} is there already and is no reader; choose another name")
        # Scrambled here, so that no log of the server has it in clear.
        scrambled = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        from psycopg import sql

        # Only a superuser may name those rights of a role that exists, also to say that it has none; it was asked for them above.
        verb, none = ("alter", "") if known else ("create", "nosuperuser nocreatedb nocreaterole noreplication ")
        made = f"{verb} role {role} login {none}connection limit {limits.connections} password "
        run(server, made + sql.Literal(scrambled).as_string(server))
        run(server, f"grant {GROUP} to {role}")
        # Only who is a member of a role sees how long its statements run, and may stop them.
        run(server, f"grant {role} to current_user")
        for setting, value in (
            ("statement_timeout", f"{limits.seconds}s"),
            ("idle_in_transaction_session_timeout", f"{limits.idle_seconds}s"),
            ("default_transaction_read_only", "on"),
            ("work_mem", f"{limits.work_mem_mb}MB"),
            ("search_path", "cchc"),
        ):
            run(server, f"alter role {role} in database {identifier(places.database)} set {setting} = '{value}'")
        run(server, f"delete from {INTERNAL}.reader where name = %s", (name,))
        run(
            server,
            f"insert into {INTERNAL}.reader values (%s, %s, %s, %s, %s)",
            (name, limits.seconds, limits.idle_seconds, limits.connections, limits.work_mem_mb),
        )


def drop_reader(places: Places, name: str) -> None:
    """Take a login away, end its sessions, and remove the large objects that it stored.

    Raises:
        ServingError: there is no such reader, or the server refuses; or it owns something else, which nobody but a person should
            remove: it can no longer log in then.
    """
    role = _checked(name)
    with connect(places) as server:
        prepare_roles(server, places.database)
        known = [reader.name for reader in readers(server)]
        if name not in known:
            raise ServingError(f"expected a reader of {', '.join(known) or 'nobody yet'}, found {name!r}")
        run(server, f"alter role {role} nologin")
        run(server, f"grant {role} to current_user")
        run(server, "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (name,))
        owned = run(
            server,
            """select distinct coalesce(d.datname, 'the server')
               from pg_shdepend s join pg_roles r on s.refclassid = 'pg_authid'::regclass and s.refobjid = r.oid
               left join pg_database d on d.oid = s.dbid
               where r.rolname = %s and s.deptype = 'o'
                 and not (s.classid = 'pg_largeobject'::regclass and d.datname = current_database())
               order by 1""",
            (name,),
        ).fetchall()
        if owned:
            where = ", ".join(str(database) for (database,) in owned)
            raise ServingError(
                f"{name} can no longer log in, but is not gone, for it owns something in database {where}. As a superuser run there: "
                f"reassign owned by {name} to {places.user}   (or drop owned by {name}), then `cchc serve reader drop {name}` again"
            )
        with server.transaction():
            run(server, f"drop owned by {role}")
            run(server, f"drop role {role}")
            run(server, f"delete from {INTERNAL}.reader where name = %s", (name,))


_USUAL = Limits()
_READERS = f"""
select m.rolname as name, coalesce(r.seconds, {_USUAL.seconds}) as seconds,
  coalesce(r.idle_seconds, {_USUAL.idle_seconds}) as idle_seconds, coalesce(r.connections, m.rolconnlimit) as connections,
  coalesce(r.work_mem_mb, {_USUAL.work_mem_mb}) as work_mem_mb, m.rolcanlogin as may_log_in, r.name is not null as is_of_this_database
from pg_auth_members
join pg_roles g on g.oid = roleid and g.rolname = '{GROUP}'
join pg_roles m on m.oid = member
left join {INTERNAL}.reader r on r.name = m.rolname
"""
"""Logins in the group, each with its own limits: those of this database, or the usual ones where it was let in for another."""


def readers(server: Connection) -> list[Reader]:
    """Logins in the group, by name. The roles must be prepared."""
    rows = run(server, f"{_READERS} order by 1").fetchall()
    return [Reader(str(name), Limits(*limits), bool(may_log_in)) for name, *limits, may_log_in, _ in rows]


def stop_late(server: Connection) -> list[str]:
    """Stop statements of readers that run past their limit, and end sessions that leave a transaction open. The roles must be prepared.

    A reader can lift the limits of his own session, also for good, so they are held here, from a table that he cannot write, and in
    whatever database of the server he is. What was done comes back in words.
    """
    rows = run(
        server,
        f"""select a.pid, a.usename, a.state,
             extract(epoch from now() - case when a.state = 'active' then a.query_start else a.state_change end)
           from pg_stat_activity a join ({_READERS}) l on l.name = a.usename
           where a.pid <> pg_backend_pid() and (l.is_of_this_database or a.datname = current_database())
             and ((a.state = 'active' and now() - a.query_start > make_interval(secs => l.seconds))
               or (a.state like 'idle in transaction%' and now() - a.state_change > make_interval(secs => l.idle_seconds)))""",
    ).fetchall()
    said: list[str] = []
    for pid, user, state, seconds in rows:
        is_active = state == "active"
        run(server, f"select {'pg_cancel_backend' if is_active else 'pg_terminate_backend'}(%s)", (pid,))
        what = "a statement stopped" if is_active else "a session ended that left its transaction open"
        said.append(f"{user}: {what} after {float(seconds):.0f} s")
    return said
