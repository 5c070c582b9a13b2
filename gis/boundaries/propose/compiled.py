"""Compiling the search's inner loops to machine code, kept between runs where a folder can be written.

Before: numba. After: `moves`, `anneal`, `finish`, `grow`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """Compile a function on its first call; where nothing can be kept, every process compiles anew."""
    try:
        made: Any = njit(cache=True)(function)
    except RuntimeError:  # numba finds no folder for what it keeps
        made = njit(function)
    return cast("Kernel", made)
