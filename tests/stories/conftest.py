"""One house per test, through either door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House


@pytest.fixture(params=["webchat", "telegram"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()
