"""The floors of the geocoder on real listings and labelled addresses, which are no part of the project."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.bench.addresses import judged, rows
from tests.bench.compounds import build, load
from tests.bench.geocode import measure, wangge

pytestmark = pytest.mark.realdata


@pytest.mark.parametrize(("city", "site"), [("抚州", "房产超市"), ("平顶山", "房产超市")])
def test_friends_are_found_and_strangers_are_not_placed(shared_data: Path, city: str, site: str) -> None:
    listings = load(shared_data / "compounds" / "fuzhou_pingdingshan_bd09.csv")
    gazetteer, queries = build(listings, city, site, seed=99, size=3000, queries=800)
    figures = measure(wangge(gazetteer), queries, time.process_time)
    assert figures["first"] >= 0.95
    assert figures["auto_right"] >= 0.75
    assert figures["auto_precision"] >= 0.985


def test_numbers_of_labelled_addresses_are_read(shared_data: Path) -> None:
    results = [
        one for pieces in rows(shared_data / "addresses" / "dev.txt") if (one := judged(pieces)) is not None
    ]
    strict, told, values = (sum(column) / len(results) for column in zip(*results, strict=True))
    assert strict >= 0.90
    assert told >= 0.955
    assert values >= 0.97
