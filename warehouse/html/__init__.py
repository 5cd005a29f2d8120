"""Pages of one file each, in Vietnamese with English beside it: no script, no style, font or picture from elsewhere.

`base.html` here is the frame of every such page.
"""

from __future__ import annotations

from typing import cast

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from warehouse.figures import vietnamese


def page_environment(package: str) -> Environment:
    """Templates of a package of ours, framed by those here. Every text of a document or of a release is escaped."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader(__name__, ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    cast("dict[str, object]", made.filters)["vn"] = vietnamese
    return made
