"""Where something happened, as declared. Stored: {text, latitude?, longitude?, accuracy?} (degrees, metres)."""

from __future__ import annotations

import math

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Refused, Taken
from dialogs.questions.cleaning import clean
from dialogs.questions.text import TextKind
from dialogs.values import Given, Input, Place


class PlaceKind(TextKind):
    """A position sent from the phone, an address typed, or both: the later one completes the earlier."""

    example = "大连市西岗区北京街100号"

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        if not isinstance(sent, Place):
            return super().parse(question, given, sent, facts)
        if not (_within(sent.latitude, 90) and _within(sent.longitude, 180)):
            return Refused("answer.place_invalid")
        stored: dict[str, object] = {"text": "", "latitude": float(sent.latitude), "longitude": float(sent.longitude)}
        if sent.accuracy is not None and math.isfinite(sent.accuracy) and sent.accuracy >= 0:
            stored["accuracy"] = float(sent.accuracy)
        earlier = given.value if given and isinstance(given.value, dict) else {}
        written = clean(sent.title or "")[: question.longest] or ("" if "latitude" in earlier else earlier.get("text"))
        stored["text"] = written or _coordinates(stored)
        return Taken(stored)

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        read = super().read(question, text, given, facts)
        if isinstance(read, Refused):
            return read
        earlier = given.value if given and isinstance(given.value, dict) else {}
        return Taken({**earlier, "text": read.value})

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        if not isinstance(value, dict):
            return super().adopt(question, value, facts)
        if not isinstance(text := value.get("text"), str) or not clean(text):
            return EMPTY
        known = {key: value[key] for key in ("latitude", "longitude", "accuracy") if _number(value.get(key))}
        return Taken({"text": clean(text), **known}) if len(clean(text)) <= question.longest else NOT_THIS_KIND

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return str(value.get("text", "")) if isinstance(value, dict) else str(value)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _within(degrees: float, limit: int) -> bool:
    return math.isfinite(degrees) and abs(degrees) <= limit


def _coordinates(stored: dict[str, object]) -> str:
    latitude, longitude = stored["latitude"], stored["longitude"]
    assert isinstance(latitude, float) and isinstance(longitude, float)
    north, east = ("北纬" if latitude >= 0 else "南纬"), ("东经" if longitude >= 0 else "西经")
    return f"{north}{abs(latitude):.5f}°，{east}{abs(longitude):.5f}°"
