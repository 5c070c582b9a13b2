"""A model as bytes and back: plain arrays and JSON in a zip, never a pickle, so that reading one runs nothing.

Before: `linear`. After: `history` keeps the bytes in the database, `wangge learn` in a file.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.cases.learning.linear import Model
from gis.cases.learning.themes import Theme
from gis.cases.learning.vectors import Vectors
from gis.errors import InputError

FORM = "wangge-categories-1"
LARGEST_BYTES = 256 * 1024 * 1024


def as_bytes(model: Model, told: dict[str, Any] | None = None) -> bytes:
    """Write a model; `told` is what is to be known beside it (when, from how many texts, how good)."""
    words = {
        "form": FORM,
        "labels": model.labels,
        "names": model.vectors.names,
        "themes": [asdict(one) for one in model.vectors.themes],
        "temperature": model.temperature,
        "told": told or {},
    }
    file = io.BytesIO()
    np.savez_compressed(
        file,
        words=np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8),
        weights=model.weights,
        bias=model.bias,
        rareness=model.vectors.rareness,
    )
    return file.getvalue()


def from_bytes(body: bytes) -> tuple[Model, dict[str, Any]]:
    """Read a model and what was told beside it.

    Raises
    ------
    InputError
        When the bytes are no model, or its parts do not fit together.
    """
    try:
        _refuse_bombs(body)
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            words = json.loads(bytes(arrays["words"]))
            weights, bias, rareness = (_numbers(arrays[name]) for name in ("weights", "bias", "rareness"))
        model = _model(words, weights, bias, rareness)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise InputError(
            "这不是类别模型文件，请用 wangge learn categories 重新生成。"
            " This is no category model; make one with wangge learn categories."
        ) from fault
    return model, dict(words["told"])


def read(path: Path) -> tuple[Model, dict[str, Any]]:
    """Read a model's file.

    Raises
    ------
    InputError
        When there is no such file, or it is no model.
    """
    try:
        return from_bytes(path.read_bytes())
    except (FileNotFoundError, IsADirectoryError, PermissionError) as fault:
        raise InputError(f"cannot read {path}: {fault.strerror}.", path=str(path)) from fault


def _refuse_bombs(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        if sum(one.file_size for one in packed.infolist()) > LARGEST_BYTES:
            raise ValueError("it unpacks to too much")


def _numbers(array: NDArray[Any]) -> NDArray[np.float32]:
    numbers = np.asarray(array, dtype=np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError("a weight is no number")
    return numbers


def _model(
    words: dict[str, Any],
    weights: NDArray[np.float32],
    bias: NDArray[np.float32],
    rareness: NDArray[np.float32],
) -> Model:
    if words["form"] != FORM:
        raise ValueError("another form")
    themes = tuple(
        Theme(str(one["name"]), tuple(one["labels"]), tuple(one["words"])) for one in words["themes"]
    )
    labels, names = tuple(map(str, words["labels"])), tuple(map(str, words["names"]))
    shapes = (weights.shape, bias.shape, rareness.shape)
    if shapes != ((len(labels), len(names) + len(themes)), (len(labels),), (len(names),)):
        raise ValueError("parts of different sizes")
    return Model(labels, Vectors(names, rareness, themes), weights, bias, float(words["temperature"]))
