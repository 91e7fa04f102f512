"""Which part of a pack answers which article, and which articles nothing answers yet."""

from __future__ import annotations

from typing import Any

from dialogs.packs.lint_sources import elements
from dialogs.packs.schema import Element, Function, Pack
from dialogs.packs.words import ELEMENTS

FUNCTIONS: dict[Function, str] = {
    "officer_register": "执法人员名册",
    "device_register": "音像设备登记、领用和归还",
    "compliance_check": "案件合规检查",
    "sealed_versions": "封存后不改，更正另成一版",
    "protected_storage": "加密存储和防删改校验",
    "backup": "备份和恢复",
    "access_log": "查阅留痕",
    "watermark": "外发材料加水印",
    "unit_scope": "按部门和职责查看案件",
    "supervision": "监督检查和整改登记",
    "figures": "按部门和人员统计",
    "pack_extension": "下级在本规则包上扩展",
    "approval_trail": "审批全程留痕",
}


def coverage(pack: Pack) -> dict[str, Any]:
    """Plain JSON: `{pack, version, title, extends, articles, gaps, settings, general_law}`.

    articles: one entry for each article, in order: `{article: 'XG-8', about, elements: ['record case_start', …],
    asks_nothing, gap}`. `gap` is true when nothing cites the article and it asks something of software. gaps: the ids
    of those articles.
    settings and general_law: elements resting on the agency's own choice or on another law.
    """
    cited = _cited(pack)
    articles = []
    for article in pack.articles:
        name = f"{pack.short}-{article.no}"
        found = [*cited.get(name, []), *(f"function {each}" for each in article.functions)]
        articles.append(
            {
                "article": name,
                "about": article.about,
                "elements": found,
                "asks_nothing": article.asks_nothing,
                "gap": article.asks_nothing is None and not found,
            }
        )
    others = {basis: found for basis, found in cited.items() if not basis.startswith(f"{pack.short}-")}
    return {
        "pack": pack.id,
        "version": pack.version,
        "title": pack.title,
        "extends": list(pack.extends),
        "articles": articles,
        "gaps": [article["article"] for article in articles if article["gap"]],
        "settings": others.pop("setting", []),
        "general_law": others,
    }


def _cited(pack: Pack) -> dict[str, list[str]]:
    """Article without item -> names of the elements that cite it, in the pack's order."""
    cited: dict[str, list[str]] = {}
    for location, element in elements(pack):
        name = _name(pack, location, element)
        for basis in element.basis:
            names = cited.setdefault(basis.partition(".")[0], [])
            if name not in names:
                names.append(name)
    return cited


def _name(pack: Pack, location: tuple[int | str, ...], element: Element) -> str:
    family, at, *inner = location
    owner = getattr(pack, str(family))[at]
    if not inner:
        return f"{ELEMENTS[str(family)][1]} {owner.id}"
    return (
        f"{ELEMENTS[str(inner[0])][1]} {owner.id}.{getattr(element, 'id', None) or getattr(element, 'kind', inner[1])}"
    )


def answered_by(pack: Pack) -> dict[str, list[str]]:
    """Article without item -> what answers it, for a person to read: `询问笔录（询问地点、询问人）`, `期限：归档`."""
    whole: dict[str, list[str]] = {}
    parts: dict[str, dict[str, list[str]]] = {}
    for location, element in elements(pack):
        owner = getattr(pack, str(location[0]))[location[1]]
        heading = owner.title if location[0] == "records" else f"{ELEMENTS[str(location[0])][0]}：{owner.title}"
        for article in dict.fromkeys(basis.partition(".")[0] for basis in element.basis):
            whole.setdefault(article, [])
            inner = parts.setdefault(article, {}).setdefault(heading, [])
            if len(location) > 2 and (name := _title(element)) not in inner:
                inner.append(name)
    for article, headings in parts.items():
        whole[article] = [f"{name}（{'、'.join(inner)}）" if inner else name for name, inner in headings.items()]
    for one in pack.articles:
        if one.functions:
            whole.setdefault(f"{pack.short}-{one.no}", []).extend(
                f"软件功能：{FUNCTIONS[each]}" for each in one.functions
            )
    return whole


def _title(element: Element) -> str:
    for name in ("paper_label", "title", "label", "says", "id", "kind"):
        if found := getattr(element, name, None):
            return str(found)
    raise ValueError("an element without a name")
