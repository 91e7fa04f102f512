"""The compliance check as a chat card: what is missing first, then what is late, departed from, open, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Attachment, Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from bot.views.findings import MARKS, finding_text, grade_text, kind_text
from dialogs.compliance import KINDS, Article, Compliance, Finding, Kind
from dialogs.packs.schema import Pack
from models.tables import Case

_PAGE = 8  # findings of at most about 350 characters each: together less than a message of 4,096
_LONGEST = 200
_BASIS = 60
_DONE = 20

PAPERS = {"compliance": "案件合规检查表", "case_index": "归档目录"}  # titles of papers, Chinese in every language


def compliance_screen(
    t: Translator,
    case: Case,
    pack: Pack,
    found: Compliance,
    names: Mapping[str, str],
    *,
    page: int,
    begins: Mapping[str, str],
) -> Screen:
    """One page of the check. `begins`: form id -> title of records the reader may begin now."""
    shown = [finding for finding in _ordered(found) if finding.grade != "done"]
    whole, left = divmod(len(shown), _PAGE)
    pages = whole + 1 + (left > _PAGE // 2)  # the last tells what is done, below what is left when there is room
    page = min(max(page, 0), pages - 1)
    on_page = shown[page * _PAGE : (page + 1) * _PAGE]
    lines: list[str | None] = [
        bold(t("Compliance check")) + f" {plain(case.number or '')}" + (f" {page + 1}/{pages}" if pages > 1 else ""),
        _summary(t, found),
        *_lines(t, pack, on_page, names, found.at),
        *(_done_lines(t, pack, found) if page == pages - 1 else ()),
    ]
    rows = _buttons(t, case, on_page, begins)
    rows.row(
        Button("‹ " + t("Earlier"), f"check:{case.id}:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"check:{case.id}:{page + 1}") if page < pages - 1 else None,
    )
    rows.row(Button("📄 " + t("As PDF"), f"checkpdf:{case.id}"), Button(t("To the case"), f"case:{case.id}"))
    return Screen(join(lines), rows.done(), slot=f"check:{case.id}")


def _ordered(found: Compliance) -> list[Finding]:
    """The regulation's own first, each kind by gravity."""
    return sorted(found.findings, key=lambda finding: KINDS.index(finding.kind))  # stable: gravity stays


def _summary(t: Translator, found: Compliance) -> str:
    parts = [f"{MARKS[grade]} {grade_text(t, grade)} {count}" for grade, count in found.counts.items() if count]
    return " · ".join(parts) if parts else t("Nothing has been recorded yet.")


def _lines(
    t: Translator, pack: Pack, findings: Sequence[Finding], names: Mapping[str, str], now: datetime
) -> Iterator[str]:
    kind: Kind | None = None
    for finding in findings:
        if finding.kind != kind:
            kind = finding.kind
            yield ""
            yield f"<i>{plain(kind_text(t, kind))}</i>"
        basis = shorten(basis_text(t, pack, finding.basis), _BASIS)
        text = shorten(finding_text(t, finding, names, now), _LONGEST)
        yield f"{MARKS[finding.grade]} {plain(text)}" + (f"（{plain(basis)}）" if basis else "")


def _done_lines(t: Translator, pack: Pack, found: Compliance) -> Iterator[str]:
    done = [(article, article.count("done")) for article in found.articles]
    told = [f"{_article_name(t, pack, article)} {n}" for article, n in done if n]
    if told:
        yield ""
        yield "✓ " + t("Done, by article: {list}", list=plain("；".join(told[:_DONE])))
    if found.untouched:
        yield "· " + t(
            "Not touched yet: {articles}", articles=plain(shorten(basis_text(t, pack, found.untouched), _LONGEST))
        )


def _article_name(t: Translator, pack: Pack, article: Article) -> str:
    return basis_text(t, pack, (article.cited,)) if article.cited else kind_text(t, article.kind)


def _buttons(t: Translator, case: Case, findings: Sequence[Finding], begins: Mapping[str, str]) -> Rows:
    rows = Rows()
    seen: set[str] = set()
    for finding in findings:
        if finding.code == "draft" and finding.element in begins:
            target, text = f"rec:{finding.record}", t("Go on: {title}", title=shorten(finding.title, 20))
        elif finding.code == "frozen":
            target, text = f"rec:{finding.record}", t("Open: {title}", title=shorten(finding.title, 20))
        elif finding.begin is not None and finding.begin in begins:
            target = f"start:{case.id}:{finding.begin}"
            text = t("Begin: {title}", title=shorten(begins[finding.begin], 20))
        else:
            continue
        if target not in seen:
            seen.add(target)
            rows.row(Button(text, target))
    return rows


def coming_screen(t: Translator, case: Case, of: str) -> Screen:
    said = t("“{title}” is being made and follows in a moment.", title=plain(PAPERS[of]))
    return Screen(join([said, f"<i>{plain(case.number or '')}</i>"]))


def paper_screen(t: Translator, case: Case, of: str, sha256: str, name: str) -> Screen:
    said = t("{title} of the case, as it stood when it was asked for", title=plain(PAPERS[of]))
    text = join([f"{said}\n<i>{plain(case.number or '')}</i>", f"SHA-256 <code>{sha256}</code>"])
    return Screen(text, attachment=Attachment("document", sha256, name))


def paper_fault_screen(t: Translator, case: Case, of: str, sentence: str) -> Screen:
    return Screen(join([f"✗ {plain(PAPERS[of])} {plain(case.number or '')}", sentence]))
