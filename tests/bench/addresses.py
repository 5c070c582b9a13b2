"""`python -m tests.bench.addresses`: are building, entrance and room read as labelled addresses say?

Before: a research set of labelled addresses, which is no part of the project (`shared_data`). After: a
reader of the figures; `tests.bench.geocode` prints them too. Three measures, over the rows that have such
numbers: `strict` wants every number in the slot of its label; `told` is the same, but where neither unit nor
neighbours tell the slot (a bare number or N号 that different annotators put into different slots) any of
building, entrance and room will do; `values` wants the numbers themselves, in any slot.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gis.places.address import read
from gis.places.address.cleaning.numerals import number
from tests.bench.geocode import data

SLOTS = ("houseno", "cellno", "roomno")
ALL_SLOTS = (*SLOTS, "roadno", "floorno")
_UNITS = re.compile(
    r"(号楼|栋楼|幢楼|单元号|单元|号门|房间|办公室|号店面|[栋幢座撞懂铜号楼单室房户街梯排层区档窒市店铺]|#)+$"
)
_NUMERAL = re.compile(r"[零一二三四五六七八九十百两]+")
_TELLING = re.compile(r"(号楼|栋|幢|座|单元|室|房)$")


class Labelled(NamedTuple):
    """A labelled piece of an address."""

    text: str
    label: str


def rows(path: Path) -> Iterator[list[Labelled]]:
    """Read the labelled addresses; neighbouring pieces in letters and digits get their blank back."""
    pieces: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        letter, _, label = line.rpartition(" ")
        if line.strip():
            begins = label.startswith("B") or not pieces or pieces[-1][1] != label[2:]
            if begins:
                pieces.append((letter, label[2:]))
            else:
                pieces[-1] = (pieces[-1][0] + letter, pieces[-1][1])
        elif pieces:
            yield [Labelled(*piece) for piece in pieces]
            pieces = []


def text_of(pieces: list[Labelled]) -> str:
    """Put the text together again."""
    text = ""
    for piece in pieces:
        divided = (
            text[-1:].isascii()
            and text[-1:].isalnum()
            and piece.text[0].isascii()
            and piece.text[0].isalnum()
        )
        text += f" {piece.text}" if divided else piece.text
    return text


def normal(value: str) -> str:
    """Give a number without unit, in digits and capitals."""
    plain = _UNITS.sub("", value.upper().removeprefix("第").replace("_", "-"))
    return number(plain) if _NUMERAL.fullmatch(plain) else plain


def judged(pieces: list[Labelled]) -> tuple[bool, bool, bool] | None:
    """Judge one row: strict, told, values; None where it has no such number."""
    wanted = [(piece.label, normal(piece.text), piece.text) for piece in pieces if piece.label in SLOTS]
    if not wanted:
        return None
    found = [
        (one.label, normal(one.value)) for one in read(text_of(pieces)).elements if one.label in ALL_SLOTS
    ]
    strict = all(
        sorted(value for slot, value, _ in wanted if slot == label)
        == sorted(value for slot, value in found if slot == label)
        for label in {slot for slot, _, _ in wanted}
    )
    loose = Counter(value for slot, value in found if slot in SLOTS)
    tight = Counter(found)
    told = all(
        tight[slot, value] or (loose[value] and not _TELLING.search(text)) for slot, value, text in wanted
    )
    values = {value for _, value in found}
    return strict, told, all(value in values for _, value, _ in wanted)


def main() -> None:
    """Print the figures of both parts."""
    folder = data() / "addresses"
    if not folder.is_dir():
        print(f"no labelled addresses at {folder}; set WANGGE_SHARED_DATA to run this benchmark")
        return
    for name in ("dev", "train"):
        results = [
            result for pieces in rows(folder / f"{name}.txt") if (result := judged(pieces)) is not None
        ]
        shares = [sum(column) / len(results) for column in zip(*results, strict=True)]
        strict, told, values = shares
        print(
            f"addresses {name:5s} {len(results):5d} rows: strict {strict:.4f}  told {told:.4f}  values {values:.4f}"
        )


if __name__ == "__main__":
    sys.exit(main())
