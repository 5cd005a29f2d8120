"""How well and how fast tables are read: our reader and others, on the same files. Run `python -m tests.benchmarks.extraction`."""
