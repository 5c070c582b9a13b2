"""The words that tell what a number is: units after it, roads, towers and markets before it.

Before: nothing. After: `door_rows.py` and `doors.py`.
"""

from __future__ import annotations

import re

from gis.places.address.tokens import Token

ROADNO, HOUSENO, CELLNO, FLOORNO, ROOMNO = range(1, 6)
SLOT_LABELS = {ROADNO: "roadno", HOUSENO: "houseno", CELLNO: "cellno", FLOORNO: "floorno", ROOMNO: "roomno"}
BY_UNIT = {
    **dict.fromkeys(("栋", "栋楼", "幢", "幢楼", "号楼", "#楼", "座"), HOUSENO),
    **dict.fromkeys(("单元", "单元号", "单", "梯"), CELLNO),
    **dict.fromkeys(("楼", "层", "F"), FLOORNO),
    **dict.fromkeys(("室", "办公室", "房间", "房", "户", "档", "店", "铺", "号店"), ROOMNO),
    **dict.fromkeys(("弄", "号院", "#院"), ROADNO),
}
OPEN = frozenset(("", "号", "#", "组", "排"))
WAYS = frozenset(("路", "街", "巷", "里", "村", "弄", "道"))
ROOM_UNITS = frozenset(("室", "房", "房间"))
STROKES = ("", "-", "之", "附", "/")
ROAD_END = re.compile(r"(?:[路街道巷弄线段]|胡同|公路)$")
VILLAGE_END = re.compile(r"(?:[组庄]|(?<!新)村|社区)$")
TOWER_END = re.compile(
    r"(?:大厦|大楼|写字楼|商务楼|中心|广场|酒店|宾馆|市场|商城|[贸饰配码业]城|国际|公寓|女装|银座|座)$"
)
MARKET_END = re.compile(r"(?:(?<!菜)(?<!综合)市场|商城|[贸饰配码洋]城|商业街|店铺|酒店|商务楼|大厦)$")
_ROOM_DIGITS = 3


def is_room(token: Token) -> bool:
    """Tell whether a number is long enough for a room."""
    return digits(token) >= _ROOM_DIGITS


def digits(token: Token) -> int:
    """Count the digits of a number."""
    return sum(map(str.isdigit, token.number))
