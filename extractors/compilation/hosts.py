"""Which class of source an address is: the class of the cited original, which decides precedence between claims.

An address is matched by the longest listed suffix of its host. Hosts that are not listed are press or portals that tell figures in
sentences; that is the default class of the compilation's catalogue entry. A state host (gov.vn) that is not listed is not
understood: whether it speaks for a province, a ministry or as press has to be decided once, here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.records import SourceClass

STATE_SUFFIX = "gov.vn"


@dataclass(frozen=True, slots=True)
class HostRule:
    source_class: SourceClass
    reason: str


HOSTS: Mapping[str, HostRule] = {
    "laocai.gov.vn": HostRule("provincial_prose", "portal of the People's Committee of Lào Cai; tells figures in sentences"),
    "binhduong.gov.vn": HostRule(
        "provincial_prose", "portal of the People's Committee of Bình Dương; tells figures in sentences"
    ),
    "quangninh.gov.vn": HostRule(
        "provincial_prose", "portal of the People's Committee of Quảng Ninh; tells figures in sentences"
    ),
    "bacgiang.gov.vn": HostRule(
        "provincial_prose", "portal of the People's Committee of Bắc Giang; tells figures in sentences"
    ),
    "khanhhoa.gov.vn": HostRule("provincial_prose", "portals of Khánh Hòa and its cities; tell figures in sentences"),
    "thuathienhue.gov.vn": HostRule("provincial_prose", "portal of the province; tells figures in sentences"),
    "news.gov.vn": HostRule("press_prose", "Government News is a newspaper, although its host is a state host"),
    "baochinhphu.vn": HostRule("press_prose", "the Government's newspaper: a report on the publication, not the publication"),
    "infographics.vn": HostRule(
        "press_table",
        "the news agency's table of all six regions, drawn in the year of publication; articles of a year later quote it",
    ),
    "211.88.39.63": HostRule("press_table", "one table of a press article (Đầu tư, 28/6/2021), repeated by a consular office"),
}


class UnknownHostError(LookupError):
    """An address without host, or on a state host that nobody has classified."""


def source_class_of(address: str, default: SourceClass) -> SourceClass:
    """Class of the source at `address`; UnknownHostError if it is no web address or an unlisted state host."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise UnknownHostError(f"expected a web address (http or https), found {address!r}")
    matches = [suffix for suffix in HOSTS if host == suffix or host.endswith(f".{suffix}")]
    if matches:
        return HOSTS[max(matches, key=len)].source_class
    if host == STATE_SUFFIX or host.endswith(f".{STATE_SUFFIX}"):
        raise UnknownHostError(f"expected a state host listed in extractors/compilation/hosts.py, found {host!r}")
    return default
