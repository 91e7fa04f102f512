"""Answering a record the way an officer does: read the question, then type or tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.support.house import Chat

ENDS = ("Confirm and fix the text", "确认并定稿")
OFFER = ("Use: ", "采用：")
DONE = ("That is all", "就这些")
SKIP = ("Skip", "跳过")
UNKNOWN = ("Not known", "不详")


async def fill(chat: Chat, answers: Mapping[str, str | Sequence[str]], *, steps: int = 60) -> list[str]:
    """Go on until the review card stands; returns the questions asked, in order.

    `answers`: part of the question -> what to do: plain text is typed, `tap:…` taps a button with that text, a
    sequence does several in turn. A question without an answer here takes what is offered, else is skipped.
    """
    asked: list[str] = []
    for _ in range(steps):
        message = (await chat.house.messages(chat.id))[-1]
        buttons = [b["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
        if any(end in button for button in buttons for end in ENDS):
            return asked
        question = str(message.get("text", ""))
        asked.append(question.split("\n")[1] if "\n" in question else question)
        await _answer(chat, question, buttons, answers)
    raise AssertionError(f"the record does not end; the chat reads:\n{await chat.transcript(4)}")


async def _answer(chat: Chat, question: str, buttons: list[str], answers: Mapping[str, str | Sequence[str]]) -> None:
    for part, doings in answers.items():
        if part in question:
            for doing in [doings] if isinstance(doings, str) else doings:
                if doing.startswith("tap:"):
                    await chat.tap(doing.removeprefix("tap:"))
                else:
                    await chat.send(doing)
            return
    for marks in (OFFER, DONE, SKIP):
        for button in buttons:
            if any(mark in button for mark in marks):
                await chat.tap(button)
                return
    for button in buttons:
        if any(mark in button for mark in UNKNOWN):
            await chat.tap(button)
            await chat.send("对方未提供")
            return
    raise AssertionError(f"nothing fits this question; the chat reads:\n{await chat.transcript(2)}")
