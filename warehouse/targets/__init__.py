"""Other places to build the same models in: DuckLake, PostgreSQL, Spark. The release path stays on DuckDB."""

from warehouse.targets.places import TARGETS, Places, TargetError, TargetName, places_of

__all__ = ["TARGETS", "Places", "TargetError", "TargetName", "places_of"]
