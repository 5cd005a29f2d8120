"""Scans and photographs: pictures of pages read by two engines of character recognition. Loads nothing by itself."""
