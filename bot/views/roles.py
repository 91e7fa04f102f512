"""What people's roles are called."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import Translator


def role_name(t: Translator, role: str) -> str:
    """A role of the agency, or `second_officer` of a case."""
    names = {
        "officer": t("officer"),
        "second_officer": t("second officer"),
        "reviewer": t("reviewer"),
        "legal_reviewer": t("legal reviewer"),
        "approver": t("approver"),
        "head": t("head of the agency"),
        "supervisor": t("supervisor"),
        "archivist": t("archivist"),
        "administrator": t("system administrator"),
    }
    return names[role]


def role_names(t: Translator, roles: Iterable[str]) -> str:
    return "、".join(role_name(t, role) for role in roles)
