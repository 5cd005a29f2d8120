"""Alerts arrive, once, readable, by mail and webhook; a server that is down loses nothing and harms nothing."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from alert_servers import free_port, mail_server, web_server
from typer.testing import CliRunner

from dagster_project.alert_channels import Channel, Sent, send
from dagster_project.alert_settings import read_alert_settings
from dagster_project.alert_state import state_path
from dagster_project.alert_text import SHOWN_NOTICES, Message
from dagster_project.alerting import NOT_SENT, standing, tell, tell_again
from dagster_project.cli import app
from dagster_project.history_file import read_events
from dagster_project.notices import Notice
from dagster_project.settings import Settings, load_settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HELD = Notice(
    "held_back",
    "warning",
    "sipas_2023_synthetic",
    "trang 4: tổng 82,28 của Thừa Thiên Huế, mong đợi 82,82",
    "cchc review list",
)
FAILED = Notice("run_failed", "error", "refresh_warehouse", "step dbt_models: a model failed", "see the log", "synthetic-run-1")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    return load_settings()


@pytest.fixture
def mail_set(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("CCHC_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CCHC_SMTP_TLS", "none")
    monkeypatch.setenv("CCHC_ALERT_TO", "an@example.org, binh@example.org")
    monkeypatch.setenv("CCHC_ALERT_FROM", "cchc@example.org")
    return monkeypatch


def at_once(channel: Channel, message: Message, home: str) -> Sent:
    """Sends without waiting between the tries."""
    return send(channel, message, home, pause=lambda _: None)


def test_a_mail_reads_like_a_letter(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    with mail_server() as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        told = tell(settings, "refresh", [HELD, FAILED], now=NOW)
    assert told.problems == ()
    assert told.new == (HELD, FAILED)
    (mail,) = box.mails
    assert mail["Subject"] == "[cchc] 1 error, 1 warning: run_failed refresh_warehouse"
    assert mail["From"] == "cchc@example.org"
    assert box.envelopes[0].rcpt_tos == ["an@example.org", "binh@example.org"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    text = mail.get_content()
    assert mail.get_content_charset() == "utf-8"
    assert "trang 4: tổng 82,28 của Thừa Thiên Huế, mong đợi 82,82" in text
    assert "cchc review list" in text
    assert text.index("LỖI / ERRORS") < text.index("run_failed") < text.index("CẢNH BÁO / WARNINGS") < text.index("held_back")


def test_a_subject_keeps_vietnamese_letters_and_no_line_ends(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    odd = replace(HELD, subject="Thừa Thiên Huế\r\nBcc: everybody@example.org")
    with mail_server() as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        tell(settings, "refresh", [odd], now=NOW)
    assert box.mails[0]["Subject"] == "[cchc] 1 warning: held_back Thừa Thiên Huế Bcc: everybody@example.org"
    assert box.mails[0]["Bcc"] is None


def test_many_notices_are_one_mail_and_the_rest_are_counted(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    many = [replace(HELD, subject=f"synthetic_{number:03}") for number in range(SHOWN_NOTICES + 15)]
    with mail_server() as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        tell(settings, "refresh", [*many, FAILED], now=NOW)
    (mail,) = box.mails
    text = mail.get_content()
    assert text.count("* held_back:") == SHOWN_NOTICES - 1
    assert "* run_failed:" in text
    assert "and 16 more (16 warnings)" in text


def test_told_once_reminded_after_a_week_and_over(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    with mail_server() as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        tell(settings, "refresh", [HELD], now=NOW)
        assert tell(settings, "refresh", [HELD], now=NOW + timedelta(days=6)).new == ()
        assert len(box.mails) == 1
        reminded = tell(settings, "refresh", [HELD], now=NOW + timedelta(days=7))
        assert reminded.reminded == (HELD,)
        assert reminded.new == ()
        assert tell(settings, "refresh", [HELD], now=NOW + timedelta(days=8)).reminded == ()
        over = tell(settings, "refresh", [], now=NOW + timedelta(days=9))
        assert over.over == (HELD,)
        assert tell(settings, "refresh", [], now=NOW + timedelta(days=30)).over == ()
    subjects = [mail["Subject"] for mail in box.mails]
    assert [subject.split(":")[0] for subject in subjects] == ["[cchc] 1 warning", "[cchc] 1 still standing", "[cchc] 1 over"]
    assert "ĐÃ HẾT / OVER" in box.mails[2].get_content()
    assert standing(settings).by_source == {}


def test_the_same_thing_with_another_mark_is_another_thing(settings: Settings) -> None:
    tell(settings, "dagster", [FAILED], now=NOW)
    again = tell(settings, "dagster", [replace(FAILED, mark="synthetic-run-2")], now=NOW)
    assert [one.mark for one in again.new] == ["synthetic-run-2"]
    assert again.over == (FAILED,)


def test_what_a_broken_run_does_not_say_is_not_over(settings: Settings) -> None:
    tell(settings, "refresh", [HELD], now=NOW)
    told = tell(settings, "refresh", [FAILED], is_whole=False, now=NOW)
    assert told.over == ()
    assert [one.notice for one in standing(settings).by_source["refresh"]] == [HELD, FAILED]


def test_information_is_told_once_and_never_over(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    published = Notice("release_published", "info", "v2026.11.1", "3 scores new", "", "v2026.11.1")
    with mail_server() as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        tell(settings, "refresh", [published], now=NOW)
        assert tell(settings, "refresh", [], now=NOW + timedelta(days=8)).over == ()
    assert len(box.mails) == 1
    assert standing(settings).by_source == {}


def test_a_mail_server_that_is_down_is_asked_next_time(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    port = free_port()
    mail_set.setenv("CCHC_SMTP_PORT", str(port))
    told = tell(settings, "refresh", [HELD], now=NOW, sender=at_once)
    assert told.new == told.undelivered == (HELD,)
    why = f"e-mail by 127.0.0.1:{port} to an@example.org, binh@example.org: Connection refused"
    assert told.problems == (f"{NOT_SENT} ({why})",)
    with mail_server(port=port) as box:
        (again,) = tell_again(settings, now=NOW + timedelta(minutes=10))
        assert again.problems == ()
        assert again.undelivered == ()
        tell(settings, "refresh", [HELD], now=NOW + timedelta(minutes=20))
    assert [mail["Subject"] for mail in box.mails] == ["[cchc] 1 warning: held_back sipas_2023_synthetic"]


def test_one_channel_that_is_down_does_not_hold_up_the_other(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    mail_set.setenv("CCHC_SMTP_PORT", str(free_port()))
    with web_server() as hook:
        mail_set.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        told = tell(settings, "refresh", [HELD], now=NOW, sender=at_once)
        tell(settings, "refresh", [HELD], now=NOW, sender=at_once)
        assert told.undelivered == (HELD,)
        assert len(hook.bodies) == 1
        # It ended while the mail server was down: whoever reads mail hears of neither too late nor of half.
        tell(settings, "refresh", [], now=NOW + timedelta(days=1), sender=at_once)
        with mail_server() as box:
            mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
            tell_again(settings, now=NOW + timedelta(days=2))
    assert [mail["Subject"] for mail in box.mails] == ["[cchc] 1 over: held_back sipas_2023_synthetic"]
    assert [bool(message["over"]) for message in hook.messages] == [False, True]


def test_a_channel_that_is_down_is_not_asked_at_every_look(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sensors look twice a minute: a server that is down is left alone for ten minutes, unless there is something new."""
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        hook.answers += [404] * 9
        tell(settings, "inbox", [HELD], now=NOW, sender=at_once)
        again = tell(settings, "inbox", [HELD], now=NOW + timedelta(minutes=9), sender=at_once)
        assert (len(hook.answers), again.undelivered, again.problems) == (8, (HELD,), ())
        tell(settings, "inbox", [HELD, FAILED], now=NOW + timedelta(minutes=9), sender=at_once)
        assert len(hook.answers) == 7
        tell(settings, "inbox", [HELD, FAILED], now=NOW + timedelta(minutes=19), sender=at_once)
        assert len(hook.answers) == 6


def test_a_look_without_news_writes_nothing(settings: Settings) -> None:
    tell(settings, "inbox", [HELD], now=NOW)
    before = state_path(settings, "inbox").stat().st_mtime_ns, len(read_events(settings)[0])
    tell(settings, "inbox", [HELD], now=NOW + timedelta(minutes=1))
    assert (state_path(settings, "inbox").stat().st_mtime_ns, len(read_events(settings)[0])) == before


def test_a_passing_fault_is_tried_again_and_a_lasting_one_is_not(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        hook.answers += [503, 429]
        assert tell(settings, "refresh", [HELD], now=NOW, sender=at_once).problems == ()
        hook.answers += [404, 404, 404]
        told = tell(settings, "refresh", [HELD, FAILED], now=NOW, sender=at_once)
        assert hook.answers == [404, 404]
    why = f"webhook at http://127.0.0.1:{hook.port}: it answered 404 Not Found; correct CCHC_ALERT_WEBHOOK"
    assert told.problems == (f"{NOT_SENT} ({why})",)


def test_a_test_message_says_that_it_is_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        done = CliRunner().invoke(app, ["alerts", "test"])
    assert (done.exit_code, done.output) == (0, f"sent: webhook at http://127.0.0.1:{hook.port}\n")
    (message,) = hook.messages
    assert (message["source"], message["subject"]) == ("test", "[cchc] thử cảnh báo / test message")
    assert standing(settings).by_source == {}


def test_a_webhook_is_signed_and_documented(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK_SECRET", "synthetic-secret")
        tell(settings, "discovery", [HELD], now=NOW)
    expected = hmac.new(b"synthetic-secret", hook.bodies[0], hashlib.sha256).hexdigest()
    assert hook.headers[0]["X-CCHC-Signature"] == f"sha256={expected}"
    (message,) = hook.messages
    assert set(message) == {"version", "source", "at", "home", "subject", "text", "new", "reminded", "over"}
    assert message["source"] == "discovery"
    assert message["at"] == "2026-11-22T09:00:00+00:00"
    assert message["new"] == [
        {
            "code": "held_back",
            "severity": "warning",
            "subject": "sipas_2023_synthetic",
            "message": HELD.message,
            "hint": HELD.hint,
            "mark": "",
            "key": HELD.key,
        }
    ]
    assert "Thừa Thiên Huế" in message["text"]


def test_a_chat_server_gets_text_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK_FORMAT", "text")
        tell(settings, "refresh", [HELD], now=NOW)
    (message,) = hook.messages
    assert list(message) == ["text"]
    assert "Thừa Thiên Huế" in message["text"]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_login_over_starttls(
    settings: Settings, mail_set: pytest.MonkeyPatch, authority: trustme.CA, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    trusted, password = tmp_path / "ca.pem", tmp_path / "password"
    authority.cert_pem.write_to_path(str(trusted))
    password.write_text("synthetic-right\n", encoding="utf-8")
    mail_set.setenv("CCHC_SMTP_TLS", "starttls")
    mail_set.setenv("CCHC_SMTP_USER", "cchc")
    mail_set.setenv("CCHC_SMTP_PASSWORD_FILE", str(password))
    with mail_server(tls=tls, login=("cchc", "synthetic-right")) as box:
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        untrusted = tell(settings, "refresh", [HELD], now=NOW, sender=at_once)
        assert "its certificate is not trusted" in untrusted.problems[0]
        assert "CCHC_SMTP_CA_FILE" in untrusted.problems[0]
        mail_set.setenv("CCHC_SMTP_CA_FILE", str(trusted))
        assert tell(settings, "refresh", [HELD], now=NOW + timedelta(minutes=10)).problems == ()
        password.write_text("synthetic-wrong", encoding="utf-8")
        wrong = tell(settings, "refresh", [HELD, FAILED], now=NOW, sender=at_once)
    assert len(box.mails) == 1
    assert "the login was refused" in wrong.problems[0]
    assert "synthetic-wrong" not in wrong.problems[0]


def test_one_refused_address_does_not_keep_the_others_from_hearing(settings: Settings, mail_set: pytest.MonkeyPatch) -> None:
    with mail_server() as box:
        box.refused.add("binh@example.org")
        mail_set.setenv("CCHC_SMTP_PORT", str(box.port))
        told = tell(settings, "refresh", [HELD], now=NOW)
        tell(settings, "refresh", [HELD], now=NOW)
    assert len(box.mails) == 1
    assert told.undelivered == ()
    assert "refused for binh@example.org; correct CCHC_ALERT_TO" in told.problems[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"CCHC_SMTP_HOST": "smtp://mail.example.org"}, "CCHC_SMTP_HOST: expected the name of a mail server"),
        ({"CCHC_ALERT_TO": "an@example.org"}, "CCHC_SMTP_HOST: expected the name of a mail server"),
        ({"CCHC_SMTP_HOST": "mail.example.org"}, "CCHC_ALERT_TO: expected e-mail addresses"),
        ({"CCHC_SMTP_HOST": "m", "CCHC_ALERT_TO": "an"}, "found an"),
        ({"CCHC_SMTP_HOST": "m", "CCHC_ALERT_TO": "a@b.vn", "CCHC_SMTP_PORT": "many"}, "CCHC_SMTP_PORT: expected a port"),
        ({"CCHC_SMTP_HOST": "m", "CCHC_ALERT_TO": "a@b.vn", "CCHC_SMTP_TLS": "yes"}, "expected one of starttls, tls, none"),
        ({"CCHC_SMTP_HOST": "m", "CCHC_ALERT_TO": "a@b.vn", "CCHC_SMTP_PASSWORD": "hunter2"}, "set CCHC_SMTP_USER"),
        (
            {
                "CCHC_SMTP_HOST": "m",
                "CCHC_ALERT_TO": "a@b.vn",
                "CCHC_SMTP_USER": "u",
                "CCHC_SMTP_PASSWORD": "hunter2",
                "CCHC_SMTP_TLS": "none",
            },
            "expected starttls or tls where a password is sent",
        ),
        (
            {
                "CCHC_SMTP_HOST": "m",
                "CCHC_ALERT_TO": "a@b.vn",
                "CCHC_SMTP_USER": "u",
                "CCHC_SMTP_PASSWORD": "hunter2ậ",
            },
            "expected ASCII letters only",
        ),
        ({"CCHC_ALERT_WEBHOOK": "ftp://hunter2.example.org/x"}, "CCHC_ALERT_WEBHOOK: expected an address"),
        ({"CCHC_ALERT_WEBHOOK_FILE": "/nowhere/synthetic"}, "CCHC_ALERT_WEBHOOK_FILE: expected a file that can be read"),
    ],
)
def test_a_wrong_setting_is_one_message_without_secrets(given: dict[str, str], said: str) -> None:
    found = read_alert_settings(given)
    assert found.mail is None
    assert found.webhook is None
    (problem,) = found.problems
    assert said in problem
    assert "hunter2" not in problem


def test_secrets_are_not_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CCHC_ALERT_WEBHOOK", f"http://127.0.0.1:{free_port()}/services/hunter2")
    monkeypatch.setenv("CCHC_ALERT_WEBHOOK_SECRET", "hunter3")
    told = tell(settings, "refresh", [HELD], now=NOW, sender=at_once)
    everything = "\n".join(
        [repr(read_alert_settings({"CCHC_ALERT_WEBHOOK": "http://a/hunter2"})), *told.problems, *capsys.readouterr()]
        + [path.read_text(encoding="utf-8") for path in settings.home.rglob("*.json*")]
    )
    assert "no connection" in everything
    assert "hunter" not in everything


def test_without_a_channel_it_stands_in_the_history_and_the_list(settings: Settings) -> None:
    told = tell(settings, "refresh", [HELD], now=NOW)
    assert told.new == (HELD,)
    assert told.problems == ()
    assert told.undelivered == ()
    events, damaged = read_events(settings)
    assert damaged == 0
    assert [(event["kind"], event["new"][0]["key"], event["told"]) for event in events] == [("alert", HELD.key, {})]
    assert [one.notice for one in standing(settings).by_source["refresh"]] == [HELD]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1, "source": "refresh", "items": {"x": 3}}', b"\xff\x00"])
def test_a_damaged_state_is_set_aside_and_told_anew(settings: Settings, damage: bytes) -> None:
    tell(settings, "refresh", [HELD], now=NOW)
    state_path(settings, "refresh").write_bytes(damage)
    assert "sets it aside" in standing(settings).problems[0]
    told = tell(settings, "refresh", [HELD], now=NOW)
    assert told.new == (HELD,)
    assert "was damaged and is set aside as refresh.json.damaged-20261122T090000Z" in told.problems[0]
    assert (settings.home / "alerts/refresh.json.damaged-20261122T090000Z").read_bytes() == damage


def test_a_state_that_cannot_be_written_still_tells(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dagster_project.alert_state.write_atomically", full)
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        told = tell(settings, "refresh", [HELD], now=NOW)
    assert len(hook.bodies) == 1
    assert "refresh.json: cannot be written: No space left on device" in told.problems[0]


_TELL = """
import sys
from datetime import UTC, datetime
from dagster_project.alerting import tell
from dagster_project.notices import Notice
from dagster_project.settings import load_settings
sys.stdin.readline()
notices = [Notice("held_back", "warning", f"synthetic_{n}", "m", "h") for n in range(20)]
print(len(tell(load_settings(), "refresh", notices, now=datetime(2026, 11, 22, 9, tzinfo=UTC)).new))
"""


def test_two_processes_at_once_tell_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as hook:
        monkeypatch.setenv("CCHC_ALERT_WEBHOOK", hook.url)
        both = [
            subprocess.Popen([sys.executable, "-c", _TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        found = sorted(process.communicate()[0].strip() for process in both)
    assert found == ["0", "20"]
    assert len(hook.bodies) == 1
