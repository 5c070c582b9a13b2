"""The numbers of a clean text, each with its unit and with the words that stand before it.

Before: `cleaning/`. After: `doors.py`, which decides what each number is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = (
    r"(?:负|地下|第)?(?:\d{1,2}[A-Za-z]\d{2,}|(?:[A-Za-z]{1,2}(?=\d))?\d+(?:[A-EG-Za-eg-z](?![A-Za-z\d]))?)"
)
_UNIT = (
    r"号楼(?![道下上梯顶])|号院|号门(?![市卫面口])|号库|号线|号店|#楼|#院|单元号?|栋楼|栋|幢楼?|座|单|楼|层|F(?![A-Za-z])|室|办公室|房间|房|户|号|#|弄|组团?|期|区"
    r"|排|街坊|街|梯|门|档|店|铺|米|公里|千米|年|月|日|元|平|厅|卫|分|点|岁|个|路公交|路车|路|人|次|天|巷|里|院|村|队|号机|%|度|块|万|条|道"
)
TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})?"
    r"|(?P<letter>(?<![A-Za-z])[A-Za-z](?=[栋幢座区单#楼室号-]|单元|$))(?P<letter_unit>栋|幢|座|区|单元|号楼|#|楼|室|号)?"
    r"|(?P<side>[东西南北中左右前后])(?P<side_unit>单元|栋|幢)"
)


class Token(NamedTuple):
    """A number in the text.

    Attributes
    ----------
    start, end : int
        Span in the clean text, unit included.
    number : str
        The number without its unit; letters in capitals.
    unit : str
        The unit as written; empty for a bare number.
    gap : str
        What stands between the last number and this one.
    """

    start: int
    end: int
    number: str
    unit: str
    gap: str


def tokens(text: str) -> list[Token]:
    """List the numbers of a clean text in their order."""
    found = []
    at = 0
    for match in TOKEN.finditer(text):
        number, unit, letter, letter_unit, side, side_unit = match.groups()
        start, end = match.span()
        name = (number or letter or side or "").upper().removeprefix("第")
        found.append(Token(start, end, name, unit or letter_unit or side_unit or "", text[at:start]))
        at = end
    return found
