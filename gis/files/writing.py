"""Tables of text written as CSV, quickly and whole.

Before: columns in hand. After: the files that `wangge locate` and `wangge crs` give.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gis.errors import InputError
from gis.files import arrow
from gis.files.arrow import text, texts

NEEDS_QUOTES = r'[",\r\n]'


def write_csv(path: Path, columns: dict[str, Any]) -> None:
    """Write columns of text as CSV in UTF-8; the file appears whole or not at all.

    Parameters
    ----------
    path : Path
        Where to; an older file there is replaced.
    columns : dict of str to pyarrow Array or ChunkedArray
        Texts; None becomes empty. Only what needs quotes gets them.
    """
    fields = [_quoted(values) for values in columns.values()]
    lines = _joined(_joined(*fields, by=","), text("\n"), by="")
    header = ",".join(_quoted(texts(list(columns))).to_pylist()) + "\n"
    chunks = lines.chunks if isinstance(lines, pa.ChunkedArray) else [lines]
    try:
        _replace(path, [header.encode(), *(_text_of(chunk) for chunk in chunks)])
    except OSError as fault:
        raise InputError(f"cannot write {path}: {fault.strerror}") from None


def as_text(numbers: NDArray[np.float64], decimals: int) -> Any:
    """Write numbers as short as `decimals` allow; NaN becomes empty."""
    rounded = arrow.numbers(np.round(numbers, decimals))
    return pc.if_else(pc.is_nan(rounded), text(""), rounded.cast(pa.large_string()))


def _quoted(values: Any) -> Any:
    """Put quotes around the texts that need them."""
    plain = values.cast(pa.large_string())
    needed = pc.match_substring_regex(plain, NEEDS_QUOTES)
    if not pc.any(needed).as_py():
        return plain
    doubled = pc.replace_substring(plain, '"', '""')
    mark = text('"')
    return pc.if_else(needed, _joined(mark, doubled, mark, by=""), plain)


def _joined(*fields: Any, by: str) -> Any:
    """Join texts row by row; None counts as empty."""
    return pc.binary_join_element_wise(*fields, text(by), null_handling="replace", null_replacement="")


def _text_of(lines: Any) -> memoryview:
    """Give the joined text of an array of lines without copying it."""
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(data)[ends[0] : ends[-1]] if len(lines) else memoryview(b"")


def _replace(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write beside the old file, then take its place: a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.writelines(parts)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
