"""Compilations: published figures gathered from many addresses, one address per row."""

from extractors.compilation.sheets import read

__all__ = ["read"]
