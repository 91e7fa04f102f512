"""Papers about a whole case: its compliance check, and its index (归档目录). Papers are Chinese in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.i18n import DEFAULT_LANGUAGE, Translator, translator
from bot.views.basis import basis_text
from bot.views.compliance import PAPERS
from bot.views.evidence import kind_text as evidence_kind_text
from bot.views.findings import finding_text, grade_text, kind_text
from bot.views.moments import moment
from dialogs.compliance import GRADES, Article, Compliance, Finding, Grade
from dialogs.engine import record_hash
from dialogs.facts import Facts
from dialogs.packs.schema import Pack
from dialogs.papers.blocks import Block, Fields, Notice, Paper, Paragraph, Table
from dialogs.papers.compose import STRUCK, made_by
from dialogs.zone import SHANGHAI

_GRAVE: tuple[Grade, ...] = ("missing", "late", "departed")
_NONE = "—"


@dataclass(frozen=True)
class Subject:
    """The case a paper is about. `made_at`: domain time."""

    agency: str
    number: str
    pack: Pack
    facts: Facts
    found: Compliance
    names: Mapping[str, str]
    made_at: datetime


@dataclass(frozen=True)
class Listed:
    """One sealed record in the index. `pages` of its printed paper, None without one."""

    title: str
    number: str | None
    sealed_at: datetime
    pages: int | None
    remark: str


@dataclass(frozen=True)
class Piece:
    """One piece of evidence in the index. `record`: title and number of the record it belongs to."""

    id: int
    kind: str
    record: str
    received_at: datetime
    seconds: float | None
    sha256: str
    remark: str


def compliance_paper(subject: Subject) -> Paper:
    """The whole check: a table for each article, what the agency set and general law apart."""
    t = translator(DEFAULT_LANGUAGE)
    blocks: list[Block] = [*_head(t, subject), Paragraph(_counts(t, subject.found), heading="核对结果", indent=False)]
    kind = None
    for article in subject.found.articles:
        if article.kind != kind:
            kind = article.kind
            blocks.append(Paragraph("", heading=kind_text(t, kind)))
        blocks += _article(t, subject, article)
    if subject.found.untouched:
        names = basis_text(t, subject.pack, subject.found.untouched)
        blocks.append(Paragraph(names, heading="尚未涉及的条文", indent=False))
    blocks.append(
        Notice("本表由系统按规则包逐条核对生成，反映制表时的情况，供审核、审批和归档时参考，不代替人工审查。")
    )
    content = {"findings": [_plain(finding) for finding in subject.found.findings]}
    return _paper(subject, PAPERS["compliance"], blocks, content)


def index_paper(subject: Subject, records: Sequence[Listed], pieces: Sequence[Piece]) -> Paper:
    """Every sealed record in the order of the file, every piece of evidence with its hash, and how the case stands."""
    t = translator(DEFAULT_LANGUAGE)
    blocks: list[Block] = [*_head(t, subject), Paragraph("", heading="卷内文书")]
    blocks.append(_records_table(records) if records else Paragraph("尚无已封存的文书。"))
    blocks.append(Paragraph("", heading="证据材料和音像记录"))
    blocks.append(_evidence_table(t, pieces) if pieces else Paragraph("无。"))
    blocks.append(Paragraph(_counts(t, subject.found), heading="合规检查", indent=False))
    if grave := subject.found.of(*_GRAVE):
        blocks.append(_findings_table(t, subject, grave))
    blocks.append(Notice("时长以秒计，由系统解码测得。SHA-256 为收到原件时计算的校验值，与库存原件一致。"))
    content = {"records": [_plain(each) for each in records], "evidence": [_plain(each) for each in pieces]}
    return _paper(subject, PAPERS["case_index"], blocks, content)


def _paper(subject: Subject, title: str, blocks: Sequence[Block], content: Mapping[str, object]) -> Paper:
    digest = record_hash({"case": subject.number, "made_at": subject.made_at.isoformat(), **content})
    return Paper(
        agency=subject.agency,
        title=title,
        number=None,  # the first row names the case
        blocks=tuple(blocks),
        record_hash=digest,
        qr_text=digest,
        made_at=subject.made_at,
        footer_note=made_by(subject.pack),
    )


def _head(t: Translator, subject: Subject) -> Iterator[Block]:
    case = subject.facts.case
    act = next((kind.title for kind in subject.pack.kinds_of_act if kind.id == case.get("kind_of_act")), _NONE)
    yield Fields(
        (
            ("案件编号", subject.number),
            ("案由", str(case.get("matter") or _NONE)),
            ("当事人", str(case.get("party_name") or _NONE), "执法类别", act),
            ("承办人", "、".join(officer.name for officer in subject.facts.officers) or _NONE),
            ("制表时间", moment(t, subject.made_at)),
        )
    )


def _counts(t: Translator, found: Compliance) -> str:
    counted = [f"{grade_text(t, grade)} {found.counts[grade]} 项" for grade in GRADES if found.counts[grade]]
    return "，".join(counted) + "。" if counted else "尚无记录。"


def _article(t: Translator, subject: Subject, article: Article) -> Iterator[Block]:
    if article.cited:
        name = basis_text(t, subject.pack, (article.cited,))
        yield Paragraph("", heading=f"{name}　{article.about}".strip())
    yield _findings_table(t, subject, article.findings, cite=not article.cited)


def _findings_table(t: Translator, subject: Subject, findings: Sequence[Finding], *, cite: bool = True) -> Table:
    def text(finding: Finding) -> str:
        said = finding_text(t, finding, subject.names, subject.found.at, whole=True)
        basis = basis_text(t, subject.pack, finding.basis) if cite else ""
        return f"{said}（{basis}）" if basis else said

    rows = [
        (str(n), grade_text(t, finding.grade), text(finding), _moment(finding))
        for n, finding in enumerate(findings, start=1)
    ]
    return Table(("序号", "结果", "内容", "时间"), tuple(rows), (2, 4, 17, 5))


def _moment(finding: Finding) -> str:
    when = finding.ended or finding.due or finding.since
    return _clock(when) if when else _NONE


def _records_table(records: Sequence[Listed]) -> Table:
    rows = [
        (
            str(n),
            each.number or _NONE,
            each.title,
            _clock(each.sealed_at)[:10],
            str(each.pages or _NONE),
            each.remark or STRUCK,
        )
        for n, each in enumerate(records, start=1)
    ]
    return Table(("序号", "文号", "题名", "日期", "页数", "备注"), tuple(rows), (2, 7, 8.6, 4, 2.4, 5))


def _evidence_table(t: Translator, pieces: Sequence[Piece]) -> Table:
    rows = [
        (
            str(n),
            f"{evidence_kind_text(t, each.kind)} {each.id}",
            each.record or STRUCK,
            _clock(each.received_at),
            f"{each.seconds:.1f}" if each.seconds is not None else _NONE,
            _in_quarters(each.sha256) or _NONE,
            each.remark or STRUCK,
        )
        for n, each in enumerate(pieces, start=1)
    ]
    heads = ("序号", "种类编号", "所属文书", "收到时间", "时长", "SHA-256", "备注")
    return Table(heads, tuple(rows), (2.2, 4.2, 5.8, 4, 2.2, 7.8, 3.4))


def _in_quarters(digest: str) -> str:
    """A hash in lines of sixteen digits, for people to compare."""
    return "\n".join(digest[start : start + 16] for start in range(0, len(digest), 16))


def _clock(when: datetime) -> str:
    """`2026-03-05 09:20`: short, for the narrow columns of lists."""
    return f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _plain(value: Finding | Listed | Piece) -> dict[str, object]:
    """For the hash: moments as ISO text, tuples as lists, fractions as text (RFC 8785 has one way to write them)."""
    return {name: _json(each) for name, each in asdict(value).items()}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.3f}"
    return list(value) if isinstance(value, tuple) else value
