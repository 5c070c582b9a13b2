"""What all tests share: the folder of real third-party data, and a migrated PostGIS to roll back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real third-party data, which is no part of the project; skip where it is absent."""
    folder = Path(os.environ.get("WANGGE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no third-party data at {folder}; set WANGGE_SHARED_DATA to run this test")
    return folder
