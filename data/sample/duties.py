"""What the sample town's people are to do besides cases: duties at doors, papers, checkpoints, windows, rules, items.

Before: `town`, whose codes they name. After: `wangge sample load`. All of it is made up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from data.sample.town import Town

Row = dict[str, object]
EVERY_NTH_HOME, EVERY_NTH_PAPER, EVERY_NTH_POINT = 160, 400, 45
DUTIES = (("上门测血压", "monthly"), ("送餐", "weekly"), ("查燃气", "monthly"), ("陪同就医", "weekly"))
PAPERS = ("医保缴费通知", "老年证", "停水通知", "残疾人补贴表")
POINTS = (("配电房", "daily"), ("消防水泵房", "weekly"), ("微型消防站", "weekly"))
MARKET_DAYS = ("农历逢三六九", "逢5、15、25", "每周三", "农历逢二七")
HOURS = (("08:30", "11:30"), ("09:00", "11:30"), ("14:00", "17:00"), ("08:30", "10:30"))
SERVICES = "社保医保;证照代办;义诊;法律咨询"
DONE = (
    ("复核待遇资格", "人", "231"),
    ("义诊", "人次", "500余"),
    ("政策咨询", "人", "2300"),
    ("车辆检测", "辆", "68"),
    ("发放宣传单", "份", "9000余"),
)
RULES: list[Row] = [
    {
        "code": "S01",
        "category": "E0112",
        "weekdays": "周末",
        "handling": "受理自办",
        "skill": "环卫",
        "note": "周末的积雪结冰由网格先处理",
    },
    {
        "code": "S02",
        "category": "C0301",
        "weekdays": "周末",
        "agency": "街道环卫所",
        "handling": "转交办理",
        "note": "周末公厕问题转街道环卫所",
    },
    {
        "code": "S03",
        "category": "C0113",
        "from_time": "18:00",
        "to_time": "08:00",
        "agency": "街道应急管理办公室",
        "level": "街道",
        "note": "夜里消防设施问题交街道应急管理办公室",
    },
]
FIELDS: list[Row] = [
    {
        "code": "GAS",
        "name": "用什么燃料",
        "name_en": "Fuel used",
        "kind": "选项",
        "choices": "天然气;液化气;电;其他",
        "subject": "户",
        "keep_days": "365",
    },
    {
        "code": "ALARM",
        "name": "装了烟感报警器",
        "name_en": "Smoke alarm fitted",
        "kind": "是否",
        "subject": "户",
        "keep_days": "365",
    },
    {
        "code": "LIFT",
        "name": "电梯台数",
        "name_en": "Number of lifts",
        "kind": "数字",
        "subject": "楼栋",
        "keep_days": "730",
    },
]
ITEMS: list[Row] = [
    {
        "code": "A01",
        "name": "入户燃气安全提醒",
        "name_en": "Gas safety reminder at home",
        "agency": "街道应急管理办公室",
        "legal_basis": "样例街道办法第一条",
        "what": "提醒检查软管和阀门，登记燃料",
        "category": "C0113",
        "per": "户",
        "minutes": "10",
        "frequency": "每年一次",
        "approval": "样例准入〔2026〕1号",
        "fields": "GAS;ALARM",
    },
    {
        "code": "A02",
        "name": "电梯台账核对",
        "name_en": "Check of the list of lifts",
        "agency": "街道市政养护所",
        "legal_basis": "样例街道办法第二条",
        "what": "核对楼栋电梯台数",
        "category": "C0126",
        "per": "网格",
        "minutes": "60",
        "frequency": "每半年一次",
        "approval": "样例准入〔2026〕2号",
        "fields": "LIFT",
    },
]


def duty_tables(town: Town, today: date) -> dict[str, pd.DataFrame]:
    """Give the further tables of a town by the names of their kinds."""
    grids = _grid_of_homes(town)
    return {
        "duties": pd.DataFrame(_duties(town, today)),
        "errands": pd.DataFrame(_errands(town, grids, today)),
        "outreach": pd.DataFrame(_windows(town)),
        "outreach_counts": pd.DataFrame(_counts(town, today)),
        "dispatch_rules": pd.DataFrame(RULES).fillna(""),
        "fields": pd.DataFrame(FIELDS).fillna(""),
        "admitted": pd.DataFrame(ITEMS),
    }


def _grid_of_homes(town: Town) -> list[str]:
    """Give the grid in which each household lies."""
    import geopandas as gpd

    homes = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(town.households["lon"], town.households["lat"]), crs="EPSG:4490"
    )
    lines = town.boundaries[(town.boundaries["level"] == "grid")][["code", "geometry"]]
    found = homes.sjoin(lines, how="left", predicate="intersects")
    found = found[~found.index.duplicated()]
    return [str(code) for code in found["code"].fillna("")]


def _duties(town: Town, today: date) -> list[Row]:
    ends = today + timedelta(days=300)
    homes = town.households["code"].iloc[::EVERY_NTH_HOME]
    return [
        {
            "household_code": code,
            "duty": DUTIES[number % 4][0],
            "rhythm": DUTIES[number % 4][1],
            "purpose": "样例：本人同意",
            "valid_from": (today - timedelta(days=60)).isoformat(),
            "ends_at": ends.isoformat(),
        }
        for number, code in enumerate(homes)
    ]


def _errands(town: Town, grids: list[str], today: date) -> list[Row]:
    """Give papers for some doors, due within two weeks, and checkpoints at some buildings' doors."""
    rows: list[Row] = []
    for number, at in enumerate(range(7, len(town.households), EVERY_NTH_PAPER)):
        home, due = town.households.iloc[at], today + timedelta(days=2 + number % 12)
        rows.append(
            {
                "code": f"EP{home['code'][1:]}",
                "kind": "送材料",
                "label": PAPERS[number % 4],
                "grid_code": grids[at],
                "household_code": home["code"],
                "minutes": "5",
                "rhythm": "",
                "due_at": f"{due} 18:00",
                "lon": "",
                "lat": "",
            }
        )
    first = town.households.reset_index().drop_duplicates("building_code").iloc[::EVERY_NTH_POINT]
    for number, door in enumerate(first.to_dict("records")):
        name, rhythm = POINTS[number % 3]
        rows.append(
            {
                "code": f"EC{door['building_code'][1:]}",
                "kind": "点位",
                "label": name,
                "grid_code": grids[door["index"]],
                "household_code": "",
                "minutes": "5",
                "rhythm": rhythm,
                "due_at": "",
                "lon": door["lon"],
                "lat": door["lat"],
            }
        )
    return [row for row in rows if row["grid_code"]]


def _windows(town: Town) -> list[Row]:
    """Let windows stand at the service stations of the communities."""
    stations = town.places[town.places["name"].str.endswith("党群服务站")].set_index("name")
    communities = town.boundaries[town.boundaries["level"] == "community"]
    rows: list[Row] = []
    for number, area in enumerate(communities.to_dict("records")):
        name = f"{area['name']}党群服务站"
        if name in stations.index:
            place = stations.loc[[name]].iloc[number // len(MARKET_DAYS) % len(stations.loc[[name]])]
            opens, closes = HOURS[number % 4]
            rows.append(
                {
                    "code": f"W{area['code']}",
                    "name": f"{area['name']}巡回点",
                    "area_code": area["code"],
                    "place": f"{name}门前",
                    "days": MARKET_DAYS[number % 4],
                    "opens": opens,
                    "closes": closes,
                    "services": SERVICES,
                    "lon": place["lon"],
                    "lat": place["lat"],
                }
            )
    return rows


def _counts(town: Town, today: date) -> list[Row]:
    """Give what was done on one day of each window, five counts in five units."""
    return [
        {
            "outreach_code": window["code"],
            "day": (today - timedelta(days=9 + number)).isoformat(),
            "what": what,
            "unit": unit,
            "count": count,
        }
        for number, window in enumerate(_windows(town)[:4])
        for what, unit, count in DONE
    ]
