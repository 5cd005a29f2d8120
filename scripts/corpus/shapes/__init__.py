"""What the documents say: one module per family of shapes. Each function gives the blocks of a document from a seeded `Random`."""
