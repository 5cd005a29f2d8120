"""PCI: VCCI's yearly survey of provincial competitiveness. One reader; what differs between workbooks stands in `layouts/*.yml`."""

from extractors.pci.workbook import read_workbook

__all__ = ["read_workbook"]
