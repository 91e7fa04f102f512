"""Sound or video recordings. Stored: list of evidence ids."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.attached import AttachedKind, standing
from dialogs.questions.collecting import ids


class RecordingKind(AttachedKind):
    """Recordings only, sent here or declared from a body camera; printed with their whole length."""

    evidence = "recording"
    measure = "段"

    def show(self, question: Question, value: object, facts: Facts) -> str:
        held = standing(ids(value), facts)
        seconds = [each.seconds for each in facts.evidence if each.id in held and each.seconds is not None]
        owed = sum(each.state == "declared" for each in facts.evidence if each.id in held)
        counted = super().show(question, value, facts)
        text = f"{counted}，共{length(sum(seconds))}" if seconds else counted
        return f"{text}（其中{owed}{self.measure}由执法记录仪摄录，原始文件待导入）" if owed else text


def length(seconds: float) -> str:
    """Seconds as 1小时2分3秒, cut to whole seconds."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}小时{minutes}分{rest}秒" if hours else f"{minutes}分{rest}秒" if minutes else f"{rest}秒"
