"""What happens to a file after it is set: turned pages, encryption, damage that a reader must survive."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping

import pikepdf


def _saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id="encryption" not in options, **options)  # pyright: ignore[reportArgumentType]
    return out.getvalue()


def page_count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def rotate(data: bytes) -> bytes:
    """Pages look the same, but their content is turned and /Rotate turns it back."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            page.contents_add(b"q 0 1 -1 0 %.4f 0 cm\n" % height, prepend=True)
            page.contents_add(b"\nQ")
            page.mediabox = pikepdf.Array([0, 0, height, width])
            page.rotate(90, relative=False)
        return _saved(pdf)


def crop(data: bytes) -> bytes:
    """Pages look the same, but they are cut out of a larger sheet that begins elsewhere."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            page.contents_add(b"q 1 0 0 1 37 -21 cm\n", prepend=True)
            page.contents_add(b"\nQ")
            page.mediabox = pikepdf.Array([-20, -60, width + 80, height + 40])
            page.cropbox = pikepdf.Array([37, -21, width + 37, height - 21])
        return _saved(pdf)


def _encrypt(data: bytes, **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return _saved(pdf, encryption=pikepdf.Encryption(user="", owner="owner", **options))  # pyright: ignore[reportArgumentType]


def encrypt_aes256(data: bytes) -> bytes:
    return _encrypt(data, R=6)


def encrypt_rc4(data: bytes) -> bytes:
    return _encrypt(data, R=3, aes=False, metadata=False)


def encrypt_no_extract(data: bytes) -> bytes:
    """The author does not wish text to be taken out; the documents of the state are public."""
    return _encrypt(data, R=4, allow=pikepdf.Permissions(extract=False))


def bad_xref(data: bytes) -> bytes:
    """The cross-reference table is not where the file says it is."""
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", data)


def junk_prefix(data: bytes) -> bytes:
    """What a mail gateway leaves before the header."""
    return b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" + data


STEPS: Mapping[str, Callable[[bytes], bytes]] = {
    "rotate": rotate,
    "crop": crop,
    "encrypt_aes256": encrypt_aes256,
    "encrypt_rc4": encrypt_rc4,
    "encrypt_no_extract": encrypt_no_extract,
    "bad_xref": bad_xref,
    "junk_prefix": junk_prefix,
}
