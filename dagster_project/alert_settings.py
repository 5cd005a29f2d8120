"""Where alerts go, from the environment. docs/operations.md lists every variable. A secret is read, used, and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

Tls = Literal["starttls", "tls", "none"]
WebhookFormat = Literal["json", "text"]

_DEFAULT_PORTS: Mapping[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class AlertSettingsError(ValueError):
    """A setting that cannot be meant so. The message names the variable, what was expected and what was found, never a secret."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`ca_file`: certificates to trust besides the system's, for a mail server with a certificate of its own."""

    host: str
    port: int
    tls: Tls
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    @property
    def shown(self) -> str:
        return f"e-mail by {self.host}:{self.port} to {', '.join(self.recipients)}"


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url` may hold a secret in its path, as chat servers have it, so that only its host is ever shown."""

    url: str = field(repr=False)
    format: WebhookFormat = "json"
    secret: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"webhook at {parts.scheme}://{parts.hostname}{port}"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The channels that are set; `problems` are messages about those that are set wrongly and therefore unused."""

    mail: MailSettings | None
    webhook: WebhookSettings | None
    problems: tuple[str, ...] = ()


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `name`, or what stands in the file that `<name>_FILE` names."""
    given, path = environment.get(name), environment.get(f"{name}_FILE")
    if given and path:
        raise AlertSettingsError(f"expected one of {name} and {name}_FILE, found both; unset one")
    if not path:
        return given or None
    try:
        found = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise AlertSettingsError(f"{name}_FILE: expected a file that can be read, found {path}: {reason}") from None
    if not found:
        raise AlertSettingsError(f"{name}_FILE: expected a file with the secret in it, found {path} empty")
    return found


def _choice(environment: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    found = environment.get(name) or default
    if found not in choices:
        raise AlertSettingsError(f"{name}: expected one of {', '.join(choices)}, found {found!r}")
    return found


def _addresses(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in re.split(r"[,;]", environment.get(name, "")) if part.strip())
    wrong = [part for part in parts if not _ADDRESS.fullmatch(part)]
    if wrong or not parts:
        example = "name@example.org, separated by commas"
        raise AlertSettingsError(f"{name}: expected e-mail addresses such as {example}; found {', '.join(wrong) or 'nothing'}")
    return parts


def _mail(environment: Mapping[str, str]) -> MailSettings | None:
    named = [name for name in ("CCHC_SMTP_HOST", "CCHC_ALERT_TO") if environment.get(name)]
    if not named:
        return None
    host = environment.get("CCHC_SMTP_HOST", "")
    if not host or "//" in host or ":" in host.removeprefix("["):
        hint = "the port stands in CCHC_SMTP_PORT" if host else "CCHC_ALERT_TO alone sends no mail"
        raise AlertSettingsError(
            f"CCHC_SMTP_HOST: expected the name of a mail server such as mail.example.org, found {host or 'nothing'}; {hint}"
        )
    tls = cast(Tls, _choice(environment, "CCHC_SMTP_TLS", "starttls", get_args(Tls)))
    port = environment.get("CCHC_SMTP_PORT") or str(_DEFAULT_PORTS[tls])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise AlertSettingsError(f"CCHC_SMTP_PORT: expected a port between 1 and 65535, found {port!r}")
    user, password = environment.get("CCHC_SMTP_USER") or None, _secret(environment, "CCHC_SMTP_PASSWORD")
    if (user is None) != (password is None):
        lacking = "CCHC_SMTP_PASSWORD or CCHC_SMTP_PASSWORD_FILE" if password is None else "CCHC_SMTP_USER"
        raise AlertSettingsError(f"expected a login of user and password, found one of them; set {lacking}, or neither")
    if not (user or "").isascii() or not (password or "").isascii():
        raise AlertSettingsError("CCHC_SMTP_USER, CCHC_SMTP_PASSWORD: expected ASCII letters only, as mail servers want them")
    if password is not None and tls == "none" and host not in _THIS_MACHINE:
        raise AlertSettingsError(
            "CCHC_SMTP_TLS: expected starttls or tls where a password is sent to another machine, found 'none'"
        )
    recipients, ca_file = _addresses(environment, "CCHC_ALERT_TO"), environment.get("CCHC_SMTP_CA_FILE")
    sender = _addresses(environment, "CCHC_ALERT_FROM")[0] if environment.get("CCHC_ALERT_FROM") else recipients[0]
    if ca_file and not Path(ca_file).is_file():
        raise AlertSettingsError(f"CCHC_SMTP_CA_FILE: expected a file of certificates, found nothing at {ca_file}")
    return MailSettings(host, int(port), tls, sender, recipients, user, password, Path(ca_file) if ca_file else None)


def _webhook(environment: Mapping[str, str]) -> WebhookSettings | None:
    url = _secret(environment, "CCHC_ALERT_WEBHOOK")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_right = False
    if not is_right:
        raise AlertSettingsError(
            "CCHC_ALERT_WEBHOOK: expected an address that begins with https:// or http://, found another text"
        )
    kind = cast(WebhookFormat, _choice(environment, "CCHC_ALERT_WEBHOOK_FORMAT", "json", get_args(WebhookFormat)))
    return WebhookSettings(url, kind, _secret(environment, "CCHC_ALERT_WEBHOOK_SECRET"))


def read_alert_settings(environment: Mapping[str, str]) -> AlertSettings:
    """The channels that are set. A channel that is set wrongly does not keep the other from being used."""
    problems: list[str] = []
    mail: MailSettings | None = None
    webhook: WebhookSettings | None = None
    try:
        mail = _mail(environment)
    except AlertSettingsError as error:
        problems.append(f"no alert goes out by e-mail: {error}")
    try:
        webhook = _webhook(environment)
    except AlertSettingsError as error:
        problems.append(f"no alert goes out by webhook: {error}")
    return AlertSettings(mail, webhook, tuple(problems))
