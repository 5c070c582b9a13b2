"""One sample town for all tests of this folder; nobody changes it."""

from __future__ import annotations

import pytest

from data.sample import Town, make_town


@pytest.fixture(scope="session")
def town() -> Town:
    return make_town(1)
