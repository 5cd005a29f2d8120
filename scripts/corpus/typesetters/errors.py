"""What a typesetter says when it cannot set a document."""


class TypesettingError(RuntimeError):
    """A program is missing or gave no PDF; the message says what to do."""
