"""Why a case may be put on hold: the named causes, and how long each may last.

Before: nothing. After: `cases.guards` refuses any other cause, the case page offers these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Cause:
    """One cause: its word in Chinese and English, and the longest hold it bears at once."""

    zh: str
    en: str
    longest: timedelta


CAUSES = {
    "weather": Cause("恶劣天气", "bad weather", timedelta(days=15)),
    "season": Cause("季节性，暂不能施工", "wrong season for the work", timedelta(days=180)),
    "material": Cause("等待材料设备", "waiting for material", timedelta(days=60)),
    "approval": Cause("等待审批或立项", "waiting for approval", timedelta(days=90)),
    "court": Cause("诉讼、仲裁、复议中", "before a court or an arbiter", timedelta(days=180)),
    "resident": Cause("等待居民配合或补充", "waiting for the resident", timedelta(days=30)),
    "owners": Cause("等待业主协商表决", "waiting for the owners' vote", timedelta(days=90)),
    "access": Cause("现场暂时无法进入", "the place cannot be entered", timedelta(days=30)),
}
