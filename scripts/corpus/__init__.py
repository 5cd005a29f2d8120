"""The project's own corpus of typeset documents with ground truth per cell: `python -m scripts.corpus`.

Every document is synthetic and says so in its id and in its printed title. A shape (`shapes/`) decides what the document says, a
typesetter (`typesetters/`) sets it; the truth (`truth.py`) is written from what the shape says and never from any reader.
"""
