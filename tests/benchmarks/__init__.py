"""Measurements that take minutes. Nothing here is collected by the default test run."""
