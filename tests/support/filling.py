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
    asked = question.split("\n")[1] if "\n" in question else question  # an outline below it may name anything
    for part, doings in answers.items():
        if part in asked:
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


async def choose_form(chat: Chat, title: str) -> None:
    """Tap the record of this title on the list just shown: at once, or after turning to its stage and page."""
    stages = [label for label in await _labels(chat) if label.rpartition(" ")[2].isdecimal()]
    for stage in ["", *stages]:
        if stage:
            await chat.tap(stage)
        while True:
            labels = await _labels(chat)
            found = next((label for label in labels if label.lstrip("❗△").startswith(title)), None)
            if found is not None:
                await chat.tap(found)
                return
            later = next((label for label in labels if label.startswith(("下一页", "Later"))), None)
            if later is None:
                break
            await chat.tap(later)
    raise AssertionError(f"no record {title!r}; the chat reads:\n{await chat.transcript(2)}")


async def _labels(chat: Chat) -> list[str]:
    message = (await chat.house.messages(chat.id))[-1]
    return [b["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
