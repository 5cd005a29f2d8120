"""Files of the font families that have every Vietnamese letter: plain, bold, italic, bold italic."""

from __future__ import annotations

from pathlib import Path

FONTS = Path("/usr/share/fonts/truetype")
FILES = {
    "DejaVu Serif": ("dejavu/DejaVuSerif", ("", "-Bold", "-Italic", "-BoldItalic")),
    "DejaVu Sans": ("dejavu/DejaVuSans", ("", "-Bold", "-Oblique", "-BoldOblique")),
    "DejaVu Serif Condensed": ("dejavu/DejaVuSerifCondensed", ("", "-Bold", "-Italic", "-BoldItalic")),
    "DejaVu Sans Condensed": ("dejavu/DejaVuSansCondensed", ("", "-Bold", "-Oblique", "-BoldOblique")),
    "Noto Sans": ("noto/NotoSans", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
    "Noto Serif": ("noto/NotoSerif", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
    "FreeSerif": ("freefont/FreeSerif", ("", "Bold", "Italic", "BoldItalic")),
    "FreeSans": ("freefont/FreeSans", ("", "Bold", "Oblique", "BoldOblique")),
    "Roboto": ("roboto/unhinted/RobotoTTF/Roboto", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
    "Roboto Condensed": ("roboto/unhinted/RobotoCondensed", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
}
