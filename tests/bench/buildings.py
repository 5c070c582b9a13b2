"""A made-up city of 200,000 building addresses, and how people write them: speed and first answers.

Before: nothing. After: `tests.bench.geocode` runs the geocoder over it.
"""

from __future__ import annotations

import random
import time

from gis.places.geocoder import Geocoder, Place

STEMS = (
    "幸福",
    "阳光",
    "锦绣",
    "金色",
    "翠湖",
    "东方",
    "御景",
    "碧水",
    "春江",
    "龙湖",
    "紫荆",
    "丽景",
    "怡和",
    "康乐",
)
FIRST = "东西南北安和福新永长金银兴盛明华文景春秋"
ENDINGS = ("家园", "花园", "小区", "苑", "新村", "公寓", "名邸", "里")
ROADS = (
    "建设路",
    "人民路",
    "解放大道",
    "中山路",
    "和平街",
    "光明巷",
    "文化路",
    "朝阳大街",
    "胜利路",
    "工农路",
)
UNITS = ("栋", "号楼", "幢", "#", "栋2单元", "号楼3单元501室")
COMPOUNDS, BUILDINGS = 4000, 50
QUERIES = 2000


def city(rng: random.Random) -> tuple[list[Place], list[tuple[str, str]]]:
    """Make the buildings of a city, and queries with the id of the building they mean."""
    places: list[Place] = []
    queries: list[tuple[str, str]] = []
    for _ in range(COMPOUNDS):
        district = f"{rng.choice(FIRST)}{rng.choice(FIRST)}区"
        name = rng.choice(FIRST) + rng.choice(FIRST) + rng.choice(STEMS) + rng.choice(ENDINGS)
        road = f"{rng.choice(ROADS)}{rng.randrange(1, 999)}号"
        lon, lat = rng.uniform(116.3, 116.5), rng.uniform(39.8, 40.0)
        for building in range(1, BUILDINGS + 1):
            place = Place(
                str(len(places)), "", f"样例市{district}{road}{name}{building}栋",
                lon + rng.random() * 0.002, lat + rng.random() * 0.002,
            )  # fmt: skip
            places.append(place)
            if rng.random() < QUERIES / COMPOUNDS / BUILDINGS:
                head = rng.choice((f"样例市{district}{road}", road, district, "我家住在"))
                queries.append((f"{head}{name}{building}{rng.choice(UNITS)}", place.id))
    return places, queries


def main() -> None:
    """Print the figures."""
    places, queries = city(random.Random(7))
    begin = time.perf_counter()
    geocoder = Geocoder(places)
    built_s = time.perf_counter() - begin
    begin = time.process_time()
    answers = [geocoder.locate(text) for text, _ in queries]
    seconds = time.process_time() - begin
    right = [
        answer.place is not None and answer.place.id == key
        for answer, (_, key) in zip(answers, queries, strict=True)
    ]
    print(
        f"{len(places)} buildings: index {built_s:.1f} s, {len(queries)} queries, {sum(right) / len(right):.3f} right, "
        f"{len(queries) / seconds:.0f} queries/s on a core"
    )


if __name__ == "__main__":
    main()
