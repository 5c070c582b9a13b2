"""Rule: Chinese numerals before a unit become digits: 十二号楼 -> 12号楼, 二期 -> 2期, 负三楼 -> 负3楼."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile(
    r"[零〇一二三四五六七八九十百两]+"
    r"(?=号|栋|幢|撞|懂|铜|单元|单(?=\d|$)|层|室|期|座|组|弄|排|梯|门(?![口诊面外前])|#|F"
    r"|街(?=\d|号?门|[零一二三四五六七八九])|楼(?![道下上梯房宇盘顶长主内])|区(?![政县]))"
)


def numerals(cleaned: Cleaned) -> Cleaned:
    """Write numerals that stand before a unit in digits."""
    return substitute(cleaned, _NUMERAL, _in_digits)


def _in_digits(match: re.Match[str]) -> str:
    word = match.group()
    following = match.string[match.end() : match.end() + 1]
    names_a_district = following == "区" and len(word) > 1 and "十" not in word
    if names_a_district:
        return word
    before = match.string[match.start() - 1 : match.start()]
    divider = "-" if before.isascii() and before.isalnum() else ""
    return divider + number(word)


def number(word: str) -> str:
    """Read a Chinese numeral: 二十一 is 21, 一百零五 is 105; without 十 and 百 digit by digit, 六零五 is 605."""
    if "十" not in word and "百" not in word:
        return "".join(str(DIGITS[character]) for character in word)
    total = digit = 0
    for character in word:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = DIGITS[character]
    return str(total + digit)
