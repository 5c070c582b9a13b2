"""A made-up gazetteer of any size: compounds with numbered buildings on roads; nothing in it is real."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sqlalchemy.orm import Session

LETTERS = (
    "金玉福安和平幸东西南北中兴华阳光明珠翠湖山水龙凤祥瑞丽景天地春夏秋冬梅兰竹菊"
    "松柏杨柳桃李荣昌盛隆泰康宁乐雅静馨怡嘉佳美锦绣江河海洋星月云霞彩虹"
)
ENDINGS = ("小区", "花园", "家园", "苑", "城", "公寓", "新村", "里", "府", "家属院")
ROADS = ("路", "街", "大道", "巷")
STEP = 0.0004

Row = tuple[str, str, str, str, float, float]
"""Code, kind, name, address, longitude, latitude."""


def city(
    *, compounds: int, buildings: int, seed: int = 1, west: float = 116.3, south: float = 39.9
) -> list[Row]:
    """Make compounds with so many buildings each; one seed makes one city."""
    chance = random.Random(seed)
    roads = ["".join(chance.sample(LETTERS, 2)) + chance.choice(ROADS) for _ in range(max(4, compounds // 7))]
    names: dict[str, None] = {}
    while len(names) < compounds:
        names["".join(chance.choices(LETTERS, k=chance.choice([2, 2, 3]))) + chance.choice(ENDINGS)] = None
    rows: list[Row] = []
    for name in names:
        lon, lat = west + chance.random() * 0.4, south + chance.random() * 0.4
        address = f"{chance.choice(roads)}{chance.randint(1, 400)}号"
        rows.append((f"c{len(rows)}", "compound", name, address, lon, lat))
        rows += [
            (
                f"b{len(rows) + number}",
                "building",
                f"{name}{number}号楼",
                address,
                lon + number % 7 * STEP,
                lat + number // 7 * STEP,
            )
            for number in range(1, buildings + 1)
        ]
    return rows


def add_places(session: Session, rows: Sequence[Row]) -> None:
    """Write the rows into the gazetteer, in bulk."""
    cursor = session.connection().connection.cursor()
    with cursor.copy("COPY place (code, kind, name, address, point) FROM STDIN") as copy:
        for code, kind, name, address, lon, lat in rows:
            copy.write_row((code, kind, name, address, f"SRID=4490;POINT({lon!r} {lat!r})"))
    cursor.close()
