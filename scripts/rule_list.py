"""The list of all rules of both gates, for people: docs/rules.md, written from expectations/rules/*.yml and never by hand.

python -m scripts.rule_list
"""

from __future__ import annotations

from pathlib import Path

from expectations.models import GateName, Rule, load_rule_book

TARGET = Path(__file__).parents[1] / "docs" / "rules.md"
_HEAD = """# Các quy tắc kiểm tra | The rules

Do `python -m scripts.rule_list` viết từ `expectations/rules/gate1.yml`, `gate2.yml`; đừng sửa tay. |
Written by `python -m scripts.rule_list` from `expectations/rules/gate1.yml` and `gate2.yml`; do not edit by hand.
What they are for: [checks.md](checks.md). What each found in a release: `select * from qa_results`.
"""
_GATES: dict[GateName, str] = {
    "gate1": "Cửa 1: số liệu của một tài liệu có khớp nhau không | Gate 1: do the figures of a document agree",
    "gate2": "Cửa 2: cả bản sắp công bố có trọn vẹn không | Gate 2: is what is about to be published whole",
}


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _row(rule: Rule) -> str:
    relates = "yes" if rule.relates else ""
    titles = f"{_cell(rule.title_vi)} <br> {_cell(rule.title_en)}"
    return f"| `{rule.id}` | {rule.severity} | {titles} | {_cell(rule.reason)} | {_cell(rule.tolerance_source)} | {relates} |"


def rule_list() -> str:
    """The whole page, Markdown."""
    parts = [_HEAD]
    for gate, title in _GATES.items():
        parts.append(
            f"\n## {title}\n\n| rule | severity | VI <br> EN | reason | tolerance | relates cells |\n|---|---|---|---|---|---|"
        )
        parts.extend(_row(rule) for rule in load_rule_book(gate).rules)
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(rule_list(), encoding="utf-8")
    print(f"{TARGET}: written")
