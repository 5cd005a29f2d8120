"""The published release for many readers at once, read-only, over the network: PostgreSQL, and DuckDB's own protocol (Quack)."""
