"""Thin aiogram handlers: an update becomes a use case's call, nothing more."""

from __future__ import annotations

from aiogram import Router


def build_all() -> list[Router]:
    """Every router in the order tried: commands first, what waits for something particular, then ordinary answers."""
    from bot.handlers import (
        approvals,
        archive,
        away,
        calendar,
        cases,
        channels,
        compliance,
        deadlines,
        declared,
        devices,
        digests,
        evidence,
        menu,
        moving,
        records,
        settings,
        signing,
        supervision,
        terms,
        transcripts,
    )

    return [
        menu.build(),
        moving.build(),
        cases.build(),
        compliance.build(),
        deadlines.build(),
        supervision.build(),
        terms.build(),
        digests.build(),
        calendar.build(),
        settings.build(),
        channels.build(),
        approvals.build(),
        away.build(),
        signing.build(),
        archive.build(),
        declared.build(),
        devices.build(),
        records.build(),
        transcripts.build(),
        evidence.build(),
        records.build_last(),
    ]
