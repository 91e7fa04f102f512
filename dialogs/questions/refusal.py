"""What a person of the record refused. Stored: none | questioning | evidence | signing | other."""

from __future__ import annotations

from dialogs.packs.schema import Option, Question
from dialogs.questions.choice import ChoiceKind

_OPTIONS = (
    Option(id="none", title="未拒绝", sounds=("没有", "无", "否", "没有拒绝")),
    Option(id="questioning", title="拒绝接受询问", sounds=("拒绝询问", "拒绝回答")),
    Option(id="evidence", title="拒绝提供证据", sounds=("拒绝提供材料", "拒绝提供资料")),
    Option(id="signing", title="拒绝签字或者盖章", sounds=("拒绝签字", "拒绝签名", "拒绝盖章", "拒签")),
    Option(id="other", title="其他拒绝情形", sounds=("其他", "其它")),
)


class RefusalKind(ChoiceKind):
    """Always the same five options; a pack asks for the circumstances in its own follow-up question."""

    def options(self, question: Question) -> tuple[Option, ...]:
        return _OPTIONS
