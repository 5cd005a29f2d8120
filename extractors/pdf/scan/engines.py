"""The two engines that read a scan: Tesseract reads words and figures, RapidOCR reads figures again.

Both are optional extras: nothing of them is imported before a scan is read. One engine of each kind is made and used again; both run on
one thread, so that equal pictures give equal readings.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.pdf.scan.status import tessdata

Gray = npt.NDArray[np.uint8]
"""A picture, height x width, 0 black to 255 white."""

NUMBER_SIGNS = "0123456789.,-+%"

RAPID_HEIGHT, RAPID_WIDTH = 48, 320
"""Pixels of the recogniser's input. Wider lines get a wider input; the width never depends on what else is read in one call."""

_RAPID_BATCH = 8


# ---------------------------------------------------------------- Tesseract


@cache
def _tesseract(language: str) -> Any:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    import tesserocr

    folder = tessdata()
    if folder is None:
        raise RuntimeError("the letters of Tesseract are missing: ask `has_tesseract` first")
    api = tesserocr.PyTessBaseAPI(path=str(folder), lang=language, psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY)
    api.SetVariable("debug_file", os.devnull)
    if language == "eng":
        api.SetVariable("tessedit_char_whitelist", NUMBER_SIGNS)
    return api


def _set_picture(api: Any, picture: Gray, dpi: int) -> None:
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape
    api.SetImageBytes(picture.tobytes(), width, height, 1, width)
    api.SetSourceResolution(dpi)


def tesseract_number(picture: Gray) -> str:
    """One line of figures; signs that no number has are never returned."""
    api = _tesseract("eng")
    _set_picture(api, picture, 300)
    return "".join(str(api.GetUTF8Text()).split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a picture: its text, its box in pixels, the engine's confidence 0 to 1, and the number of its line from 0."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    line: int


def tesseract_words(picture: Gray, *, single_line: bool = False, whole_page: bool = False) -> list[Word]:
    """Vietnamese words in reading order. `single_line`: the picture is one line; `whole_page`: find the blocks of text first."""
    import tesserocr

    api = _tesseract("vie")
    mode = tesserocr.PSM.SINGLE_LINE if single_line else tesserocr.PSM.AUTO if whole_page else tesserocr.PSM.SINGLE_BLOCK
    api.SetPageSegMode(mode)
    _set_picture(api, picture, 300)
    if not api.Recognize():
        return []
    words: list[Word] = []
    line = -1
    iterator = api.GetIterator()
    if iterator is None:
        return []
    level = tesserocr.RIL.WORD
    for item in tesserocr.iterate_level(iterator, level):
        if item.IsAtBeginningOf(tesserocr.RIL.TEXTLINE):
            line += 1
        if item.Empty(level):
            continue
        text, box = item.GetUTF8Text(level), item.BoundingBox(level)
        if text and text.strip() and box is not None:
            x0, y0, x1, y1 = (int(value) for value in box)
            words.append(Word(str(text).strip(), (x0, y0, x1, y1), float(item.Confidence(level)) / 100, max(line, 0)))
    return words


_SURE_TURN = 5.0
"""The engine's own measure of how sure it is of the way a page lies; on pages of known lie it was never wrong from half of that on."""


@cache
def _orientation(folder: Path) -> Any:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    import tesserocr

    api = tesserocr.PyTessBaseAPI(path=str(folder), lang="osd", psm=tesserocr.PSM.OSD_ONLY)
    api.SetVariable("debug_file", os.devnull)
    return api


def quarters_to_upright(picture: Gray, dpi: int) -> int:
    """Quarter turns counter-clockwise after which the words of a page stand upright; 0 if they do or if that is not sure."""
    folder = tessdata()
    if folder is None or not (folder / "osd.traineddata").is_file():
        return 0
    api = _orientation(folder)
    _set_picture(api, picture, dpi)
    found = api.DetectOrientationScript()
    return int(found["orient_deg"]) // 90 % 4 if found and float(found["orient_conf"]) >= _SURE_TURN else 0


# ---------------------------------------------------------------- RapidOCR


@cache
def _rapid() -> Any:
    import rapidocr_onnxruntime
    from rapidocr_onnxruntime.ch_ppocr_rec import TextRecognizer

    folder = Path(str(rapidocr_onnxruntime.__file__)).parent
    return TextRecognizer(
        {
            "model_path": str(folder / "models" / "ch_PP-OCRv4_rec_infer.onnx"),
            "rec_batch_num": _RAPID_BATCH,
            "rec_img_shape": [3, RAPID_HEIGHT, RAPID_WIDTH],
            "use_cuda": False,
            "use_dml": False,
            "intra_op_num_threads": 1,
            "inter_op_num_threads": 1,
        }
    )


def _rapid_input(picture: Gray) -> npt.NDArray[np.float32]:
    import cv2

    height, width = picture.shape
    wide = max(1, round(width * RAPID_HEIGHT / height))
    method = cv2.INTER_AREA if height > RAPID_HEIGHT else cv2.INTER_CUBIC
    resized = np.asarray(cv2.resize(picture, (wide, RAPID_HEIGHT), interpolation=method), dtype=np.float32)
    steps = -(-max(wide, RAPID_WIDTH) // 160)
    padded = np.zeros((RAPID_HEIGHT, steps * 160), dtype=np.float32)
    padded[:, :wide] = resized / 127.5 - 1
    return np.repeat(padded[None], 3, axis=0)


def rapid_lines(pictures: Sequence[Gray]) -> list[tuple[str, float]]:
    """The text of each picture of one line, and the least sure of its signs (0 to 1; 0 for no text)."""
    engine = _rapid()
    signs: Sequence[str] = engine.postprocess_op.character
    inputs = [_rapid_input(picture) for picture in pictures]
    found: list[tuple[str, float]] = [("", 0.0)] * len(inputs)
    by_width: dict[int, list[int]] = {}
    for index, item in enumerate(inputs):
        by_width.setdefault(item.shape[2], []).append(index)
    for indices in by_width.values():
        for start in range(0, len(indices), _RAPID_BATCH):
            batch = indices[start : start + _RAPID_BATCH]
            scores = np.asarray(engine.session(np.stack([inputs[index] for index in batch]))[0])
            best, sure = scores.argmax(axis=2), scores.max(axis=2)
            for index, codes, values in zip(batch, best, sure, strict=True):
                fresh = np.concatenate([[True], codes[1:] != codes[:-1]]) & (codes != 0)
                text = "".join(signs[int(code)] for code in codes[fresh])
                found[index] = (text.strip(), float(values[fresh].min()) if fresh.any() else 0.0)
    return found
