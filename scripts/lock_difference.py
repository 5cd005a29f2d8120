"""What one lock file holds beyond another: `… | python -m scripts.lock_difference requirements.lock > requirements-scale.lock`.

The packages of the other targets are many megabytes, so they are not in the lock of the default set-up.
"""

from __future__ import annotations

import sys
from pathlib import Path


def blocks(text: str) -> dict[str, str]:
    """One entry per package of a lock: its requirement without the version's hashes, and its whole lines."""
    found: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        if line and not line[0].isspace():
            current = line.removesuffix("\\").strip()
            found[current] = line
        elif line.strip():
            found[current] += "\n" + line
    return found


def _pinned(requirement: str) -> tuple[str, str]:
    """Name and version, without the marker that says on which systems it is needed."""
    name, _, version = requirement.partition(";")[0].strip().partition("==")
    return name, version


def difference(whole: str, base: str) -> str:
    """The blocks of `whole` whose requirement is not in `base`.

    Raises:
        ValueError: a package stands in both with another version; the two locks were not made together.
    """
    known = blocks(base)
    versions = dict(map(_pinned, known))
    added = {requirement: block for requirement, block in blocks(whole).items() if requirement not in known}
    # One that the base needs on some systems only may be needed on all here: the same version under a wider marker.
    both = sorted(one for one in added if (pin := _pinned(one))[0] in versions and versions[pin[0]] != pin[1])
    if both:
        raise ValueError(f"expected the versions of the base lock, found others: {', '.join(both)}; lock both anew together")
    return "\n".join(added.values()) + "\n"


if __name__ == "__main__":
    sys.stdout.write(difference(sys.stdin.read(), Path(sys.argv[1]).read_text(encoding="utf-8")))
