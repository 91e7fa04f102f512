"""Days, hours and terms of the law are those of one zone; China has no daylight saving time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
