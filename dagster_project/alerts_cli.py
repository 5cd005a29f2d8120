"""`cchc alerts`: what stands, and whether the channels work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer

from dagster_project.alert_text import by_severity, one_line
from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json

alerts_app = typer.Typer(
    help="What stands and waits for a person (exit code 1 if anything does); `cchc alerts test` tries e-mail and webhook.",
    invoke_without_command=True,
)


def standing_facts(found: Any) -> list[dict[str, Any]]:
    """What stands, as data: the notice, since when, and by which channel it was told."""
    return [
        {
            "source": source,
            "severity": one.severity,
            "code": one.code,
            "subject": one.subject,
            "message": one.message,
            "hint": one.hint,
            "since": one.first_seen_at.isoformat(),
            "told": {channel: at.isoformat() for channel, at in one.told.items()},
        }
        for source, items in found.by_source.items()
        for one in items
    ]


def standing_lines(facts: Sequence[dict[str, Any]]) -> list[str]:
    """One block per notice; errors first."""
    order = ("error", "warning", "info")
    lines: list[str] = []
    for one in sorted(facts, key=lambda fact: (order.index(fact["severity"]), fact["source"], fact["code"], fact["subject"])):
        told = f"told by {', '.join(one['told'])}" if one["told"] else "told to nobody yet"
        lines.append(
            f"{one['severity']:<8} {one['code']} {one_line(one['subject'])}  (since {one['since'][:16].replace('T', ' ')}, {told})"
        )
        lines += [f"         {one_line(line)}" for line in one["message"].splitlines()[:6]]
        lines += [f"         -> {one_line(one['hint'])}"] if one["hint"] else []
    return lines


@alerts_app.callback()
def alerts(
    context: typer.Context,
    as_json: JsonOption = False,
) -> None:
    """What stands now: told once, again after a week, and when it is over."""
    if context.invoked_subcommand is not None:
        return
    from dagster_project.alert_channels import channels_of
    from dagster_project.alert_settings import read_alert_settings
    from dagster_project.alerting import standing
    from dagster_project.settings import load_settings

    found, chosen = standing(load_settings()), read_alert_settings(os.environ)
    facts, channels = standing_facts(found), [channel.shown for channel in channels_of(chosen)]
    problems = [*chosen.problems, *found.problems]
    if as_json:
        print_json({"standing": facts, "channels": channels, "problems": problems})
    else:
        typer.echo("\n".join(standing_lines(facts) or ["nothing stands"]))
        typer.echo(
            f"\nchannels: {'; '.join(channels) or 'none is set (docs/operations.md): alerts stand here and in `cchc history` only'}"
        )
        for problem in problems:
            typer.echo(f"! {problem}")
    raise typer.Exit(TOLD if facts or problems else DONE)


@alerts_app.command("test")
def test_channels() -> None:
    """Send a test message by each channel that is set, and say what happened.

    Exit codes: 0 all went out; 1 one did not; 2 none is set.
    """
    from dagster_project.alert_channels import channels_of, send
    from dagster_project.alert_settings import read_alert_settings
    from dagster_project.alert_text import Message
    from dagster_project.notices import Notice
    from dagster_project.settings import load_settings

    settings, chosen = load_settings(), read_alert_settings(os.environ)
    notice = Notice(
        "test", "info", "cchc alerts test", "Thử gửi cảnh báo: chữ tiếng Việt đọc được. / A test: all is well.", "nothing to do"
    )
    message = Message("test", datetime.now(UTC), new=tuple(by_severity([notice])))
    problems = list(chosen.problems)
    channels = channels_of(chosen)
    for channel in channels:
        sent = send(channel, message, str(settings.home))
        if sent.is_out:
            typer.echo(f"sent: {channel.shown}")
        if sent.problem:
            problems.append(sent.problem)
    for problem in problems:
        typer.echo(f"not sent: {problem}" if not problem.startswith("no alert") else problem, err=True)
    if not channels and not problems:
        raise fail("no channel is set: set CCHC_SMTP_HOST and CCHC_ALERT_TO, or CCHC_ALERT_WEBHOOK (docs/operations.md)")
    raise typer.Exit(TOLD if problems else DONE)
