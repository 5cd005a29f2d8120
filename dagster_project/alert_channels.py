"""The two ways an alert leaves the machine: e-mail and webhook. Each sends one message or says in words why it could not."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol

import httpx

from dagster_project.alert_settings import AlertSettings, MailSettings, WebhookSettings
from dagster_project.alert_text import Message, one_line, payload_of, subject_of, text_of

SECONDS = 10.0
"""For each step of the talk with a server: connecting, one answer."""

WAITS: tuple[float, ...] = (1.0, 3.0)
"""Seconds before the second and the third try of one message."""

SIGNATURE_HEADER = "X-CCHC-Signature"


class ChannelError(RuntimeError):
    """The message did not go out. `is_passing`: another try may help."""

    def __init__(self, text: str, *, is_passing: bool) -> None:
        super().__init__(text)
        self.is_passing = is_passing


class Channel(Protocol):
    """`name` is what the state remembers; `shown` is for people and holds no secret."""

    @property
    def name(self) -> str: ...
    @property
    def shown(self) -> str: ...
    def send(self, message: Message, home: str) -> str | None:
        """None, or what a person must know though the message went out. Raises: ChannelError."""
        ...


def mail_of(settings: MailSettings, message: Message, home: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject_of(message)
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.recipients)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = make_msgid("cchc", domain=settings.sender.rsplit("@", 1)[1])
    mail["Auto-Submitted"] = "auto-generated"  # so that no holiday notice comes back
    mail.set_content(text_of(message, home), cte="quoted-printable")
    return mail


@dataclass(frozen=True, slots=True)
class MailChannel:
    settings: MailSettings
    name: str = "email"

    @property
    def shown(self) -> str:
        return self.settings.shown

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.settings.ca_file is not None:
            context.load_verify_locations(self.settings.ca_file)
        return context

    def _connect(self) -> smtplib.SMTP:
        where, own = self.settings, socket.gethostname()
        if where.tls == "tls":
            return smtplib.SMTP_SSL(where.host, where.port, local_hostname=own, timeout=SECONDS, context=self._context())
        return smtplib.SMTP(where.host, where.port, local_hostname=own, timeout=SECONDS)

    def _deliver(self, message: Message, home: str) -> str | None:
        with self._connect() as server:
            if self.settings.tls == "starttls":
                server.starttls(context=self._context())
            if self.settings.user is not None and self.settings.password is not None:
                try:
                    server.login(self.settings.user, self.settings.password)
                except (smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected):  # some hang up at once
                    raise ChannelError(
                        "the login was refused; correct CCHC_SMTP_USER and CCHC_SMTP_PASSWORD", is_passing=False
                    ) from None
            refused = server.send_message(mail_of(self.settings, message, home))
        return f"refused for {', '.join(sorted(refused))}; correct CCHC_ALERT_TO" if refused else None

    def send(self, message: Message, home: str) -> str | None:
        try:
            return self._deliver(message, home)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise ChannelError(
                f"all recipients were refused ({', '.join(map(str, codes))}); correct CCHC_ALERT_TO",
                is_passing=all(400 <= code < 500 for code in codes),
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise ChannelError(
                "the server offers neither what CCHC_SMTP_TLS nor what the login asks for; correct CCHC_SMTP_TLS",
                is_passing=False,
            ) from None
        except smtplib.SMTPResponseException as error:
            raise ChannelError(
                f"the server answered {error.smtp_code} {_words(error.smtp_error)}", is_passing=400 <= error.smtp_code < 500
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise ChannelError(
                f"its certificate is not trusted ({error.verify_message}); set CCHC_SMTP_CA_FILE if it is your own",
                is_passing=False,
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelError(_reason(error), is_passing=True) from None


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    settings: WebhookSettings
    name: str = "webhook"

    @property
    def shown(self) -> str:
        return self.settings.shown

    def send(self, message: Message, home: str) -> str | None:
        payload = payload_of(message, home)
        kept = payload if self.settings.format == "json" else {"text": payload["text"]}
        body = json.dumps(kept, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "cchc"}
        if self.settings.secret is not None:
            headers[SIGNATURE_HEADER] = signature(self.settings.secret, body)
        try:
            answer = httpx.post(self.settings.url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False)
        except httpx.InvalidURL:
            raise ChannelError("its address cannot be used; correct CCHC_ALERT_WEBHOOK", is_passing=False) from None
        except httpx.HTTPError as error:
            raise ChannelError(_reason(error), is_passing=True) from None
        if not answer.is_success:
            passing = answer.status_code in (408, 429) or answer.status_code >= 500
            hint = "" if passing else "; correct CCHC_ALERT_WEBHOOK"
            raise ChannelError(f"it answered {answer.status_code} {answer.reason_phrase}{hint}", is_passing=passing)
        return None


def signature(secret: str, body: bytes) -> str:
    """`sha256=` and the HMAC of the body's bytes, in hex: the receiver works out the same and compares."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _words(found: bytes | str) -> str:
    return one_line(found.decode("utf-8", "replace") if isinstance(found, bytes) else found, 200)


def _reason(error: Exception) -> str:
    """In words: what a library says may be empty (a time-out) or hold an address, so its class speaks first."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"no answer within {SECONDS:.0f} seconds"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the server closed the connection"
    if isinstance(error, OSError) and error.strerror:
        return one_line(error.strerror, 200)
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return f"the talk with it broke off ({type(error).__name__})"


def channels_of(settings: AlertSettings) -> tuple[Channel, ...]:
    found: list[Channel] = []
    if settings.mail is not None:
        found.append(MailChannel(settings.mail))
    if settings.webhook is not None:
        found.append(WebhookChannel(settings.webhook))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Sent:
    """`problem`: why it did not go out, or went out to some only; None if all is well."""

    is_out: bool
    problem: str | None = None


def send(
    channel: Channel,
    message: Message,
    home: str,
    *,
    waits: Sequence[float] = WAITS,
    pause: Callable[[float], None] = time.sleep,
) -> Sent:
    """Send, trying again where that may help. Whatever the channel does, it says so in words and raises nothing."""
    for wait in (*waits, None):
        try:
            remark = channel.send(message, home)
        except ChannelError as error:
            if wait is None or not error.is_passing:
                return Sent(False, f"{channel.shown}: {error}")
            pause(wait)
        else:
            return Sent(True, f"{channel.shown}: {remark}" if remark else None)
    raise AssertionError("the last try returns")
