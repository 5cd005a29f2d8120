"""What goes wrong while a release is served."""

from __future__ import annotations

HOW_TO_INSTALL = "run `make setup-scale`, which adds the packages of servers"


class ServingError(RuntimeError):
    """A release cannot be served; the message says what was expected, what was found and what to do."""
