"""A rule's result as an asset check, with the rows that failed as a table."""

import dagster as dg

from expectations import RuleResult


def check_result(result: RuleResult, name: str | None = None) -> dg.AssetCheckResult:
    """A rule's result for Dagster. A crashed check is not "the data are wrong": it says so, and fails too."""
    severity = dg.AssetCheckSeverity.ERROR if result.rule.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=name or result.rule.id,
        passed=result.is_success,
        severity=severity,
        description=result.message(),
        metadata={
            "status": result.status,
            "checked": result.checked_count,
            "failed": len(result.failures),
            "listed_as_known": len(result.tolerated),
            "incomplete": len(result.incomplete),
            "failing_rows": failing_rows(result),
        },
    )


_ROW_COLUMNS = ("document", "place", "figure", "printed", "expected", "found", "tolerance", "detail")
_MOST_ROWS = 50


def failing_rows(result: RuleResult) -> dg.TableMetadataValue:
    """The rows that failed, as a table that Dagster shows; of a crashed check its message. Beyond the first 50 the counts tell."""
    records = [
        dg.TableRecord(
            {
                "document": failure.document_id,
                "place": str(failure.locator),
                "figure": " ".join((failure.edition_id, failure.entity_code, failure.criterion_code, failure.measure)),
                "printed": failure.raw_text,
                "expected": failure.expected,
                "found": failure.found,
                "tolerance": failure.tolerance,
                "detail": failure.detail,
            }
        )
        for failure in result.failures[:_MOST_ROWS]
    ]
    if result.status == "crashed":
        records = [dg.TableRecord({**dict.fromkeys(_ROW_COLUMNS, ""), "detail": result.message()})]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name, "string") for name in _ROW_COLUMNS]))
