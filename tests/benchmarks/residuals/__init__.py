"""Digit errors put into tables of the real shapes: which are detected, located, repaired, held back."""
