"""Scripts that make the documents of `extractors/documents/` from the published figures they cite."""
