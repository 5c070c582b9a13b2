"""Compiling the inner loops of searches, and keeping the compiled code where this process may write.

Before: nothing. After: `boundaries.propose`, `patrols.arcs`, `patrols.cover`, `patrols.tracks`. Compiled code is kept
under the fingerprint of all sources of the function's folder: numba itself looks only at the file of the outermost
function and would keep what an inner one was. Compiled functions call only those of their own folder.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba

LIGHT = 1
"""Of numba's levels 0 to 3: our loops run over two directions, and what 2 and 3 unroll is half as fast."""

CONFIG: Any = numba.config
NJIT: Any = numba.njit  # its types do not know all of its options

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def compiled(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Compile a function of numbers and arrays when it is first called, or take what an earlier process made."""
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = str(_folder(Path(inspect.getfile(function)).resolve().parent))
    try:
        made = NJIT(cache=True, error_model="numpy")(function)
    finally:
        CONFIG.CACHE_DIR = before

    @functools.wraps(function)
    def door(*given: Given.args, **named: Given.kwargs) -> Answer:
        with _lightly():
            answer: Answer = made(*given, **named)
        return answer

    return door


def inner(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Compile a function that only compiled ones call.

    It gets no door for Python, which takes long to make, and is laid into its callers, which makes the search almost
    twice as fast: it hands on many arrays.
    """
    options = {
        "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True,
    }  # fmt: skip
    made: Callable[Given, Answer] = NJIT(**options)(function)
    return made


def called(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Compile a function that only compiled ones call, once for all of them: for what is long or has many callers."""
    options = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made: Callable[Given, Answer] = NJIT(**options)(function)
    return made


@contextmanager
def _lightly() -> Iterator[None]:
    before = CONFIG.OPT
    CONFIG.OPT = type(before)(LIGHT)
    try:
        yield
    finally:
        CONFIG.OPT = before


@lru_cache(maxsize=16)
def _folder(here: Path) -> Path:
    """Find the first folder that can be written: beside the code, the user's, or one for this process alone."""
    mark = hashlib.sha256(Path(__file__).read_bytes())
    for source in sorted(here.glob("*.py")):
        mark.update(source.read_bytes())
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "wangge"
    for base in (here / "__pycache__", user):
        folder = base / f"{here.name}-{mark.hexdigest()[:12]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix=f"wangge-{here.name}-"))
