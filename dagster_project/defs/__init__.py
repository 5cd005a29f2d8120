"""Dagster definitions by stage: ingest, transform, publish, automation. Wiring only; the work is in the packages they call."""
