"""`python -m tests.bench.geocode`: the geocoder beside plain rivals on the practice test, in one run.

Before: `tests.bench.compounds` and `tests.bench.addresses`. After: a reader of the figures; `make bench`.
Without third-party data it says so and ends well.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gis.places.geocoder import Geocoder, Place
from tests.bench.compounds import Listing, Query, build, distance_m, load

RIGHT_WITHIN_M = 500.0
MOST_FOR_RIVALS = 300
TESTS = (("抚州", "房产超市", 0), ("平顶山", "搜房", 0), ("抚州", "房产超市", 5000), ("平顶山", "搜房", 5000))


class Given(NamedTuple):
    """One answer of a rival: where, how sure, and whether it would place it."""

    lon: float
    lat: float
    confidence: float
    auto: bool


def data() -> Path:
    """Folder of third-party data."""
    return Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def places(gazetteer: Sequence[Listing]) -> list[Place]:
    """Make the geocoder's places of listings."""
    return [Place(str(row), one.name, one.address, one.lon, one.lat) for row, one in enumerate(gazetteer)]


def wangge(gazetteer: Sequence[Listing]) -> Callable[[str], Given | None]:
    """Our geocoder as a rival among others."""
    geocoder = Geocoder(places(gazetteer))

    def locate(text: str) -> Given | None:
        answer = geocoder.locate(text)
        if answer.lon is None or answer.lat is None:
            return None
        return Given(answer.lon, answer.lat, answer.confidence, answer.decision == "auto")

    return locate


def partial_ratio(gazetteer: Sequence[Listing]) -> Callable[[str], Given | None]:
    """Best fuzzy match of the name in the text."""
    from rapidfuzz import fuzz, process

    names = [row.base for row in gazetteer]

    def locate(text: str) -> Given | None:
        found = process.extractOne(text, names, scorer=fuzz.partial_ratio)
        row = gazetteer[found[2]]
        return Given(row.lon, row.lat, found[1] / 100, found[1] >= 100)

    return locate


@contextmanager
def trigrams(address: str, gazetteer: Sequence[Listing]) -> Iterator[Callable[[str], Given | None]]:
    """Word similarity of pg_trgm, the name in the text, over a GiST index of a table that vanishes again."""
    import psycopg

    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as link:
        link.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        link.execute("CREATE TEMP TABLE rival (name text, lon float8, lat float8)")
        with link.cursor() as cursor, cursor.copy("COPY rival FROM STDIN") as rows:
            for row in gazetteer:
                rows.write_row((row.base, row.lon, row.lat))
        link.execute("CREATE INDEX ON rival USING gist (name gist_trgm_ops)")
        link.execute("ANALYZE rival")

        def locate(text: str) -> Given | None:
            found = link.execute(
                "SELECT lon, lat, 1 - (name <<-> %(text)s) FROM rival ORDER BY name <<-> %(text)s LIMIT 1",
                {"text": text},
            ).fetchone()
            return Given(found[0], found[1], found[2], found[2] >= 1) if found else None

        yield locate


def right(given: Given | None, query: Query) -> bool:
    """Tell whether an answer lies near enough to the truth."""
    return (
        given is not None
        and distance_m(query, Listing("", "", "", "", given.lon, given.lat)) <= RIGHT_WITHIN_M
    )


def measure(
    rival: Callable[[str], Given | None], queries: Sequence[Query], clock: Callable[[], float]
) -> dict[str, float]:
    """Measure first answers, automatic answers, and queries a second of a clock."""
    rival(queries[0].text)
    begin = clock()
    given = [rival(query.text) for query in queries]
    seconds = clock() - begin
    answerable = [(one, query) for one, query in zip(given, queries, strict=True) if query.answerable]
    autos = [(one, query) for one, query in zip(given, queries, strict=True) if one and one.auto]
    good = [query.answerable and right(one, query) for one, query in autos]
    return {
        "first": sum(right(one, query) for one, query in answerable) / len(answerable),
        "auto_right": sum(good) / len(answerable),
        "auto_precision": sum(good) / max(1, len(good)),
        "queries_s": len(queries) / seconds,
    }


def main() -> None:
    """Print the figures of practice tests, labelled addresses and a city of buildings."""
    from tests.bench import addresses, buildings

    _practice()
    addresses.main()
    buildings.main()


def _practice() -> None:
    file = data() / "compounds" / "fuzhou_pingdingshan_bd09.csv"
    if not file.is_file():
        print(f"no third-party data at {file}; set WANGGE_SHARED_DATA to run this benchmark")
        return
    listings = load(file)
    print("rival           city   gazetteer  queries  first   auto&right  of auto right  queries/s on a core")
    for city, site, size in TESTS:
        for seed in (1, 2):
            gazetteer, queries = build(listings, city, site, seed, size=size)
            _line("wangge", city, gazetteer, queries, wangge(gazetteer))
            if seed == 1:
                _line("partial_ratio", city, gazetteer, queries[:MOST_FOR_RIVALS], partial_ratio(gazetteer))
                _trigrams(city, gazetteer, queries[:MOST_FOR_RIVALS])


def _trigrams(city: str, gazetteer: Sequence[Listing], queries: Sequence[Query]) -> None:
    """Measure pg_trgm, where there is a database."""
    address = os.environ.get("WANGGE_DATABASE_URL", "")
    if not address:
        print("pg_trgm         no database: set WANGGE_DATABASE_URL")
        return
    with trigrams(address, gazetteer) as rival:
        _line("pg_trgm", city, gazetteer, queries, rival)


def _line(
    name: str,
    city: str,
    gazetteer: Sequence[Listing],
    queries: Sequence[Query],
    rival: Callable[[str], Given | None],
) -> None:
    clock = time.perf_counter if name == "pg_trgm" else time.process_time  # the database works elsewhere
    figures = measure(rival, queries, clock)
    print(
        f"{name:15s} {city:5s} {len(gazetteer):8d} {len(queries):8d}   {figures['first']:.3f}   "
        f"{figures['auto_right']:8.3f}   {figures['auto_precision']:11.4f}   {figures['queries_s']:9.0f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
