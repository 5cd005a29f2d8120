"""Figures as text, for people."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def shown(value: object) -> str:
    """A value of a query as it stands in a table or a CSV file: decimals without idle zeros, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def figure_text(value: object) -> str:
    """A figure as it is said: 39, not 39.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else shown(value)


def vietnamese(value: object) -> str:
    """A figure with a decimal comma; text that is no figure stays as it is."""
    text = figure_text(value)
    try:
        Decimal(text)
    except InvalidOperation:
        return text
    return text.replace(".", ",")
