"""The practice test of the geocoder: gazetteer from one listing site, queries from the others' records.

Before: real listings of residential compounds, which are no part of the project (`shared_data`). After:
`tests.bench.geocode` runs the geocoder and plain rivals over the same queries. Nothing here knows the
geocoder. A query is answerable when its compound stands in the gazetteer under the same name, or under
another one at the same spot and address; one in eight is a stranger: a compound held out of the gazetteer,
a record that the gazetteer lacks, or a made-up sibling (幸福小区 for 幸福家园, 2期 for 1期).
"""

from __future__ import annotations

import csv
import math
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.writing import Writer

GENERIC = ("小区", "花园", "家园", "公寓", "新村", "花苑", "嘉园", "苑", "广场", "大厦", "家属院")
STRANGER_SHARE = 1 / 8
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?")
_JUNK = re.compile(r"\d室|\d厅|平方|\d/\d|有证|学区|出售|急售|精装")


@dataclass(frozen=True, slots=True)
class Listing:
    """A compound as one site lists it; degrees as the site gives them."""

    site: str
    city: str
    name: str
    address: str
    lon: float
    lat: float

    @property
    def base(self) -> str:
        """The name without brackets, dots and blanks."""
        plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", self.name))
        return re.sub(r"[·•\s\-.]", "", plain) or self.name


@dataclass(frozen=True, slots=True)
class Query:
    """A text with its truth; `answerable` is False for strangers."""

    text: str
    kind: str
    answerable: bool
    lon: float
    lat: float


def load(path: Path) -> list[Listing]:
    """Read the listings file."""
    with path.open(encoding="utf-8") as lines:
        rows = [
            Listing(
                row["site"], row["city"], row["name"], row["address"], float(row["lon"]), float(row["lat"])
            )
            for row in csv.DictReader(lines)
        ]
    return [row for row in rows if not _JUNK.search(row.name)]


def distance_m(one: Listing | Query, other: Listing) -> float:
    """Distance of two near points in metres."""
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return 111_195 * math.hypot(east, one.lat - other.lat)


def build(
    listings: Sequence[Listing], city: str, site: str, seed: int, *, size: int = 0, queries: int = 1000
) -> tuple[list[Listing], list[Query]]:
    """Build one practice test.

    Parameters
    ----------
    listings : sequence of Listing
        All sites, all cities.
    city, site : str
        Whose records make the gazetteer.
    seed : int
        Everything random hangs on it.
    size : int
        Fill the gazetteer up with compounds of other cities and made-up siblings to this size.
    queries : int
        How many queries.
    """
    rng = random.Random(f"{city}{site}{seed}")
    home = [row for row in listings if row.city == city and row.site == site]
    others = [row for row in listings if row.city == city and row.site != site]
    linked, loose = _link(home, others)
    held = _held_out(home, rng)
    kept = [row for row in home if row not in held]
    friends, strangers = [], [(row, row) for row in loose]
    for row, twin in linked:
        (strangers if twin in held else friends).append((row, twin))
    strangers = [(row, twin) for row, twin in strangers if all(distance_m(row, one) > 150 for one in kept)]
    strangers += [(row, row) for row in _siblings(kept, rng, max(8, len(strangers) // 3))]
    filled = kept + _filling(listings, kept, rng, size - len(kept), [row.base for row, _ in strangers])
    writer = Writer(rng, [row.name + row.address for row in listings], city)
    out = []
    for number in range(queries):
        stranger = number % round(1 / STRANGER_SHARE) == 0
        row, _ = rng.choice(strangers if stranger else friends)
        text, kind = writer.write(row.base, row.address)
        out.append(Query(text, kind, not stranger, row.lon, row.lat))
    return filled, out


def _link(
    home: Sequence[Listing], others: Sequence[Listing]
) -> tuple[list[tuple[Listing, Listing]], list[Listing]]:
    """Pair others' records with the gazetteer's; give the pairs, and those that surely have no partner."""
    by_name: dict[str, list[Listing]] = {}
    for row in home:
        by_name.setdefault(row.base, []).append(row)
    linked, loose = [], []
    for row in others:
        twins = sorted(by_name.get(row.base, []), key=lambda one: distance_m(row, one))
        if twins:
            if distance_m(row, twins[0]) < 500:
                linked.append((row, twins[0]))
            continue
        near = sorted(home, key=lambda one: distance_m(row, one))[:8]
        same = next((one for one in near if distance_m(row, one) < 100 and _alike(row, one)), None)
        if same is not None:
            linked.append((row, same))
        elif distance_m(row, near[0]) > 150 and not any(_related(row.base, one.base) for one in home):
            loose.append(row)
    return linked, loose


def _alike(one: Listing, other: Listing) -> bool:
    """Tell whether two records at one spot are one compound under two names."""
    number = re.compile(r"([一-鿿]{2,4}(?:路|街|大道)\d+号)")
    same_door = set(number.findall(one.address)) & set(number.findall(other.address))
    return bool(same_door) or _related(one.base, other.base)


def _related(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and short in long


def _held_out(home: Sequence[Listing], rng: random.Random) -> set[Listing]:
    names = sorted({row.base for row in home})
    out = set(rng.sample(names, len(names) // 6))
    return {row for row in home if row.base in out}


def _siblings(kept: Sequence[Listing], rng: random.Random, count: int) -> list[Listing]:
    """Make up strangers that look like friends."""
    names = {row.base for row in kept}
    out: list[Listing] = []
    while len(out) < count:
        row, elsewhere = rng.choice(kept), rng.choice(kept)
        ending = next((one for one in GENERIC if row.base.endswith(one)), "")
        way = rng.randrange(3)
        if way == 0 and ending:
            name = row.base.removesuffix(ending) + rng.choice([one for one in GENERIC if one != ending])
        elif way == 1 and re.search(r"[一二三123]期|[东西南北][区院]", row.base):
            name = re.sub(r"[一二三123](?=期)", lambda _: rng.choice("四五六"), row.base)
            name = re.sub(
                r"[东西南北](?=[区院])", lambda found: rng.choice("东西南北".replace(found.group(), "")), name
            )
        else:
            other = rng.choice(kept).base
            name = row.base[:2] + other[2:] if len(other) > 3 else row.base[:1] + other[1:]
        if name not in names and distance_m(row, elsewhere) > 600:
            address = re.sub(
                r"\d+号",
                lambda _: f"{rng.randrange(1, 999)}号",
                elsewhere.address.replace(elsewhere.name, ""),
            )
            out.append(Listing("", row.city, name, address, elsewhere.lon, elsewhere.lat))
    return out


def _filling(
    listings: Sequence[Listing],
    kept: Sequence[Listing],
    rng: random.Random,
    count: int,
    strangers: Sequence[str],
) -> list[Listing]:
    """Fill a small town up to the size of a city: other cities' names and crossed names on its own roads."""
    city = kept[0].city
    if count <= 0:
        return []
    banned = {row.base for row in listings if row.city == city} | set(strangers)
    pool = sorted({row.base for row in listings if row.city != city} - banned)
    out: list[Listing] = []
    seen = set(banned)
    while len(out) < count:
        if pool and rng.random() < 0.6:
            name = rng.choice(pool)
        else:
            first, second = rng.choice(listings).base, rng.choice(listings).base
            name = first[: rng.choice((2, 2, 3))] + (second[2:] or "小区")
        if name in banned or (name in seen and rng.random() < 0.9) or len(name) < 3:
            continue
        seen.add(name)
        near = rng.choice(kept)
        other = rng.choice(kept)
        address = re.sub(
            r"\d+号", lambda _: f"{rng.randrange(1, 999)}号", other.address.replace(other.name, "")
        )
        out.append(
            Listing(
                "",
                city,
                name,
                address,
                near.lon + rng.uniform(-0.03, 0.03),
                near.lat + rng.uniform(-0.03, 0.03),
            )
        )
    return out
