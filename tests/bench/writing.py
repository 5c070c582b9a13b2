"""How people write an address: short, full, with slips, in traditional script, or inside a complaint.

Before: a name and an address of a listing. After: `tests.bench.compounds` makes queries of them.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import opencc
from pypinyin import lazy_pinyin

_HEADS = (
    "我家住在", "我住", "我是", "反映", "投诉", "您好，", "你好我想反映一下", "咨询一下", "麻烦看一下", "居民反映",
    "市民来电反映", "在", "我们这里是", "家住", "请问", "业主投诉", "12345你好，", "位于", "地点：", "地址是",
    "", "", "",
)  # fmt: skip
_TAILS = (
    "，楼道灯坏了一年多", "楼道灯坏了", "垃圾没人收", "，下水道堵了", "门口路灯不亮", "有人乱停车", "电梯经常坏",
    "，晚上噪音很大", "的井盖丢了", "漏水，物业不管", "附近有流浪狗", "，停水两天了", "里面绿化被破坏", "消防通道被占",
    "有人高空抛物", "，请尽快处理", "路面塌陷", "顶楼违建", "一楼开饭店油烟大", "充电桩坏了", "外墙脱落",
    "，暖气不热怎么办", "那个院路灯不亮", "门禁坏了没人修",
)  # fmt: skip
_SENTENCES = (
    "老旧小区改造，{}的居民反映楼道灯坏了一年多没人修", "昨天晚上路过{}，看到消防栓被车压坏",
    "麻烦派人去{}看看，下水道返味", "我妈住{}，电梯停了三天", "{}那边天天有人跳广场舞", "{}物业乱收费",
    "请求处理{}私搭乱建", "{}有一棵树倒了砸到车", "关于{}暖气费退还的诉求", "您好，我是{}的业主，楼上装修敲墙",
    "帮忙查下{}什么时候通燃气", "孩子在{}门口被狗咬了", "老人独居{}需要上门服务", "{}西门外垃圾桶满溢",
)  # fmt: skip
_WHOLE_SENTENCES = 0.3
_JUNK = re.compile(r"\d室.*$|\d/\d?厅.*$|\d+平.*$|\d+/\d+层.*$|\.\.\.$")
_PREFIX = re.compile(
    r"^(?:\([^)]*\)|(?:[一-鿿]{2,6}-){1,2}|江西|抚州市?|平顶山市?|临川区|新华区|卫东区|湛河区)+"
)


class Writer:
    """Writes queries about a compound.

    Parameters
    ----------
    rng : random.Random
        Where chance comes from.
    corpus : sequence of str
        Names and addresses, for letters that people may type by mistake.
    city : str
        Name of the city.
    """

    def __init__(self, rng: random.Random, corpus: Sequence[str], city: str) -> None:
        self._rng = rng
        self._city = city
        counts = Counter(letter for text in corpus for letter in text if "一" <= letter <= "鿿")
        self._letters = [letter for letter, rows in sorted(counts.items()) if rows > 3]
        self._homophones: dict[str, list[str]] = defaultdict(list)
        for letter in self._letters:
            self._homophones[lazy_pinyin(letter)[0]].append(letter)
        self._scripts = [opencc.OpenCC(config) for config in ("s2t", "s2tw", "s2hk")]

    def write(self, name: str, address: str) -> tuple[str, str]:
        """Write one query; give the text and its kind."""
        kind = self._rng.choice(
            (
                "name",
                "tail",
                "full",
                "road",
                "typo",
                "homophone",
                "traditional",
                "narrative",
                "narrative",
                "plain",
            )
        )
        if kind == "typo":
            name = self._typo(name)
        elif kind == "homophone":
            name = self._homophone(name)
        text = self._address(name, address, kind)
        if kind in ("tail", "narrative") or (kind != "name" and self._rng.random() < 0.4):
            text += self._door()
        if kind == "narrative":
            text = self._sentence(text)
        elif kind == "traditional" or self._rng.random() < 0.03:
            text = self._rng.choice(self._scripts).convert(text)
        return text, kind

    def _sentence(self, text: str) -> str:
        if self._rng.random() < _WHOLE_SENTENCES:
            return self._rng.choice(_SENTENCES).format(text)
        return self._rng.choice(_HEADS) + text + self._rng.choice(_TAILS)

    def _address(self, name: str, address: str, kind: str) -> str:
        bare = _JUNK.sub("", _PREFIX.sub("", address)).replace(name, "")
        chance = self._rng.random()
        if kind == "name" or not bare or chance < {"full": 0.0, "road": 0.0}.get(kind, 0.4):
            return name
        if kind == "road":
            return bare + name
        district = re.match(r"[(（]?([一-鿿]{2}区)", address)
        head = self._city + "市" if chance > 0.7 else ""
        return head + (district.group(1) if district and chance > 0.55 else "") + bare + name

    def _door(self) -> str:
        rng = self._rng
        building, entrance, room = (
            rng.randrange(1, 30),
            rng.randrange(1, 5),
            rng.randrange(1, 20) * 100 + rng.randrange(1, 5),
        )
        unit = rng.choice(("号楼", "栋", "幢", "#"))
        whole = f"{building}{unit}{entrance}单元"
        forms = (
            f"{building}{unit}",
            whole,
            f"{whole}{room}室",
            f"{building}-{entrance}-{room}",
            f"{building}{unit}{room}",
            f"{whole}{room // 100}楼",
        )
        return rng.choice(forms)

    def _typo(self, name: str) -> str:
        rng = self._rng
        at = rng.randrange(len(name))
        way = rng.randrange(6)
        if way == 0 and len(name) > 3:
            return name[:at] + name[at + 1 :]
        if way == 1 and at + 1 < len(name):
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        if way == 2:
            return name[:at] + rng.choice(self._letters) + name[at:]
        return name[:at] + rng.choice(self._letters) + name[at + 1 :]

    def _homophone(self, name: str) -> str:
        places = [at for at, letter in enumerate(name) if len(self._homophones[lazy_pinyin(letter)[0]]) > 1]
        if not places:
            return name
        at = self._rng.choice(places)
        others = [letter for letter in self._homophones[lazy_pinyin(name[at])[0]] if letter != name[at]]
        return name[:at] + self._rng.choice(others) + name[at + 1 :] if others else name
