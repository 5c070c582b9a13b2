"""Arrow arrays straight from numbers and texts.

Before: numpy arrays and Python texts. After: `points` and `writing`. pyarrow's own `array` and `scalar` import
pandas to ask whether they were given something of it, which takes longer than a whole command; arrays made
of buffers do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def texts(values: Sequence[str]) -> Any:
    """Give an array of large strings."""
    encoded = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def text(value: str) -> Any:
    """Give one text to go with an array of large strings."""
    return texts([value])[0]


def numbers(values: NDArray[Any]) -> Any:
    """Give an array of the same numbers; NaN stays a number."""
    buffer = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, buffer])
