"""What is wrong with the certificate of a server, in words that a person can act on."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

_CERTIFICATE_WORDS = {
    9: "is not valid yet (is the clock of this machine right? it says {now})",
    10: "has expired (or the clock of this machine is wrong: it says {now})",
    18: "is signed by nobody but itself",
    19: "is signed by an authority that nobody vouches for",
    20: "is signed by an authority that this machine does not know, or the server leaves out a certificate in between",
    62: "is made out to another name",
    64: "is made out to another address",
}


def certificate_words(error: BaseException, host: str) -> str | None:
    """What is wrong with a server's certificate; None if the error is about something else."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
            words = _CERTIFICATE_WORDS.get(seen.verify_code, f"does not hold ({seen.verify_message})").format(now=now)
            return (
                f"the certificate of {host} {words}, so nobody knows who answers there and nothing was read; "
                "look at the address in a browser, and tell the publisher"
            )
        if isinstance(seen, ssl.SSLError):
            return f"no encrypted connection to {host}: {seen.reason or seen}; the server does not speak https as it is spoken today"
        seen = seen.__cause__ or seen.__context__
    return None
