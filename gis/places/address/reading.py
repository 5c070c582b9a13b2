"""What was read out of a text: the elements of an address, each with its place in the raw text.

Before: `reader.read`. After: the geocoder, and screens that show what was understood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Element(NamedTuple):
    """One element of an address.

    Attributes
    ----------
    label : str
        prov, city, district, devzone, town, community, road, roadno, poi, subpoi, houseno, cellno, floorno,
        roomno, intersection, assist, distance, landmark or rest.
    value : str
        The element in normal form (a number without its unit).
    start, end : int
        Span in the raw text, end exclusive.
    """

    label: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An address as read.

    Attributes
    ----------
    raw : str
        The text as it came.
    text : str
        The clean text: simplified script, plain digits, personal numbers masked.
    elements : tuple of Element
        In the order of the text.
    personal : tuple of (int, int)
        Raw spans of telephone and identity numbers.
    """

    raw: str
    text: str
    elements: tuple[Element, ...] = ()
    personal: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    def get(self, label: str) -> str:
        """Give the first value of a label, or an empty text."""
        return next((element.value for element in self.elements if element.label == label), "")

    def every(self, label: str) -> tuple[str, ...]:
        """Give all values of a label in their order."""
        return tuple(element.value for element in self.elements if element.label == label)

    def span(self, label: str) -> tuple[int, int] | None:
        """Give the raw span of the first element of a label."""
        return next(((one.start, one.end) for one in self.elements if one.label == label), None)

    @property
    def masked(self) -> str:
        """The raw text with an asterisk for each character of a personal number."""
        text = self.raw
        for start, end in self.personal:
            text = text[:start] + "*" * (end - start) + text[end:]
        return text

    @property
    def prov(self) -> str:
        """Province, 浙江省."""
        return self.get("prov")

    @property
    def city(self) -> str:
        """City, 杭州市."""
        return self.get("city")

    @property
    def district(self) -> str:
        """District or county, 余杭区."""
        return self.get("district")

    @property
    def town(self) -> str:
        """Subdistrict or town, 五常街道."""
        return self.get("town")

    @property
    def community(self) -> str:
        """Community or village, 顾家桥社区."""
        return self.get("community")

    @property
    def road(self) -> str:
        """Road, 文一西路."""
        return self.get("road")

    @property
    def roadno(self) -> str:
        """House number on the road, 969."""
        return self.get("roadno")

    @property
    def poi(self) -> str:
        """Compound or point of interest, 阿里巴巴西溪园区."""
        return self.get("poi")

    @property
    def subpoi(self) -> str:
        """Part of a compound, 东区."""
        return self.get("subpoi")

    @property
    def houseno(self) -> str:
        """Building, 12 of 12幢."""
        return self.get("houseno")

    @property
    def cellno(self) -> str:
        """Entrance, 3 of 3单元."""
        return self.get("cellno")

    @property
    def floorno(self) -> str:
        """Floor, 5 of 5层."""
        return self.get("floorno")

    @property
    def roomno(self) -> str:
        """Room, 1001 of 1001室."""
        return self.get("roomno")

    @property
    def intersection(self) -> str:
        """Crossing, 建设路/光明路."""
        return self.get("intersection")

    @property
    def relation(self) -> str:
        """Word of nearness, 对面."""
        return self.get("assist")

    @property
    def landmark(self) -> str:
        """What the word of nearness refers to, 老粮站."""
        return self.get("landmark")

    @property
    def rest(self) -> str:
        """The rest of the sentence, which is no address."""
        return self.get("rest")
