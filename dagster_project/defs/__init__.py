"""Dagster definitions by stage: ingest, transform, publish, automation. Wiring only; the work is in the packages they call."""

import warnings

import dagster as dg

# Backfill policies are marked as beta since years, and pinned here with everything else; on a terminal the word only worries.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)
