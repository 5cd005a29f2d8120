"""The files of a release beside its database: Parquet, CSV, and what describes them to programs and to those who cite."""
