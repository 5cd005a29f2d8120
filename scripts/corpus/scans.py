"""Scans of documents of the corpus: rendered, turned by a little, stamped, soiled, pressed as JPEG and wrapped as image-only PDF."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any, Literal, cast

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium

from scripts.corpus.model import Half

Stamp = Literal["", "red", "gray"]
"""`gray`: the sheet bears a red stamp, but was scanned without colour."""


@dataclass(frozen=True, slots=True)
class Scan:
    """How a document is scanned. `skew` in degrees, `noise` the standard deviation of a pixel, `quality` of the JPEG.

    `kept`: in the repository; the others are made when they are measured.
    """

    half: Half
    source: str
    dpi: int
    skew: float
    noise: float
    quality: int
    stamp: Stamp = ""
    kept: bool = False

    @property
    def id(self) -> str:
        stamp = f"_{self.stamp}_stamp" if self.stamp else ""
        return f"synthetic_i_{self.source.removeprefix('synthetic_')}_{self.dpi}dpi{stamp}"


SCANS: tuple[Scan, ...] = (
    Scan("development", "synthetic_a_plan_libreoffice", 300, 0.4, 5, 60, "red"),
    Scan("development", "synthetic_a_plan_chromium", 200, -0.7, 6, 55, kept=True),
    Scan("development", "synthetic_a_plan_dense_reportlab", 150, 0.2, 4, 60),
    Scan("development", "synthetic_b_ranking_repeated_typst", 300, -0.3, 5, 60),
    Scan("development", "synthetic_b_ranking_once_reportlab", 200, 1.1, 6, 50, "gray"),
    Scan("development", "synthetic_b_ranking_repeated_libreoffice", 150, 0.6, 5, 60, "gray"),
    Scan("development", "synthetic_o_units_reportlab", 200, 0.5, 7, 50, "red", kept=True),
    Scan("held_out", "synthetic_a_plan_typst", 200, 0.9, 6, 55, "red"),
    Scan("held_out", "synthetic_a_plan_chromium", 300, -1.2, 7, 50),
    Scan("held_out", "synthetic_a_plan_cut_libreoffice", 150, -0.5, 5, 60, "gray"),
    Scan("held_out", "synthetic_b_ranking_typst", 150, 0.3, 4, 65),
    Scan("held_out", "synthetic_b_ranking_once_chromium", 200, -0.8, 7, 50, "red"),
    Scan("held_out", "synthetic_e_regions_typst", 300, 0.2, 6, 55, "gray"),
    Scan("held_out", "synthetic_b_ministries_typst", 200, 0.6, 5, 60, kept=True),
)


def _stamp(page: Any, dpi: int, rng: np.random.Generator) -> Any:
    """A round seal over the figures: two rings, a star, a line of letters; ink that lets the print show through."""
    height, width = page.shape[:2]
    ink = np.full_like(page, 255)
    radius = int(18 / 25.4 * dpi)
    centre = (int(width * rng.uniform(0.45, 0.75)), int(height * rng.uniform(0.55, 0.72)))
    red = (60, 40, 215)
    thick = max(2, dpi // 75)
    cv2.circle(ink, centre, radius, red, thick, cv2.LINE_AA)
    cv2.circle(ink, centre, int(radius * 0.68), red, thick, cv2.LINE_AA)
    angles = [np.pi * (0.4 * 2 * k - 0.5) for k in range(5)]
    star = np.array([[centre[0] + radius * 0.5 * np.cos(a), centre[1] + radius * 0.5 * np.sin(a)] for a in angles], np.int32)
    cv2.fillPoly(ink, [star], red, cv2.LINE_AA)
    for k, letter in enumerate("UBND TINH HUONG GIANG *"):
        a = -np.pi / 2 + 2 * np.pi * k / 23
        place = (int(centre[0] + radius * 0.84 * np.cos(a) - dpi / 40), int(centre[1] + radius * 0.84 * np.sin(a) + dpi / 40))
        cv2.putText(ink, letter, place, cv2.FONT_HERSHEY_SIMPLEX, dpi / 420, red, max(1, dpi // 150), cv2.LINE_AA)
    share = 0.8
    return (page.astype(np.float32) * (1 - share + share * ink.astype(np.float32) / 255)).astype(np.uint8)


def _page_image(page: pdfium.PdfPage, scan: Scan, number: int) -> bytes:
    """JPEG of one page. Colour only where a red stamp is kept."""
    rng = np.random.default_rng(zlib.crc32(f"{scan.id}/{number}".encode()))
    picture = page.render(scale=cast(int, scan.dpi / 72)).to_numpy()[:, :, :3].copy()
    if scan.stamp and number == 0:
        picture = _stamp(picture, scan.dpi, rng)
    if scan.stamp != "red":
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), scan.skew, 1.0)
    paper = (248, 248, 248) if picture.ndim == 3 else 248
    picture = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)  # pyright: ignore[reportArgumentType, reportCallIssue]
    picture = cv2.GaussianBlur(picture, (3, 3), 0.4 + scan.dpi / 1000)
    soiled = picture.astype(np.float32) * 0.97 + rng.normal(4, scan.noise, picture.shape)
    specks = rng.random(picture.shape[:2]) < 2e-5
    soiled[specks] = 60
    done, jpeg = cv2.imencode(".jpg", np.clip(soiled, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, scan.quality])
    if not done:
        raise ValueError(f"{scan.id}: page {number + 1} could not be pressed as JPEG")
    return jpeg.tobytes()


def scan_document(data: bytes, scan: Scan) -> bytes:
    """Every page of the source as one picture on a page of the same size."""
    made = pikepdf.new()
    with pdfium.PdfDocument(data) as source:
        for number in range(len(source)):
            width, height = source[number].get_size()
            jpeg = _page_image(source[number], scan, number)
            picture = pikepdf.Stream(made, jpeg)
            pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
            if pixels is None:
                raise ValueError(f"{scan.id}: page {number + 1} is no picture")
            picture.Type, picture.Subtype, picture.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
            picture.Width, picture.Height, picture.BitsPerComponent = pixels.shape[1], pixels.shape[0], 8
            picture.ColorSpace = pikepdf.Name.DeviceRGB if pixels.ndim == 3 else pikepdf.Name.DeviceGray
            page = made.add_blank_page(page_size=(width, height))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=picture))
            page.Contents = pikepdf.Stream(made, b"q %.2f 0 0 %.2f 0 0 cm /Scan Do Q" % (width, height))
    made.docinfo["/Title"] = f"{scan.id} (synthetic)"
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()
