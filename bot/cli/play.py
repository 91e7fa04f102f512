"""One record's conversation in the terminal, as a pack author tries it out. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape

from bot.cli.console import Console
from bot.views.basis import basis_text
from bot.views.faults import fault_text
from dialogs import engine
from dialogs.engine.outlines import fitting
from dialogs.facts import Facts, OfficerFact
from dialogs.packs.schema import Outline, Pack, Record
from dialogs.values import (
    Answer,
    Attach,
    Choose,
    Done,
    Draft,
    Input,
    Parked,
    Place,
    Prompt,
    Rejected,
    Skip,
    TakeOffer,
    Text,
    Unknown,
)

_OFFICERS = (
    OfficerFact(id="1", name="甲某", certificate="0000001", unit="执法科"),
    OfficerFact(id="2", name="乙某", certificate="0000002", unit="执法科"),
)
_ATTACHED = {"photo": "photo", "recording": "recording", "file": "file", "dialogue": "recording"}


class Play:
    """Asks until the record is complete, the input ends, or `/quit`."""

    def __init__(self, console: Console, pack: Pack, form: Record) -> None:
        self._console = console
        self._pack = pack
        self._form = form
        self._draft: Draft = engine.start(f"{pack.id}@{pack.version}", form)
        self._facts = Facts(
            now=datetime.now(UTC),
            officers=_OFFICERS,
            register=_OFFICERS,
            settings={setting.id: setting.value for setting in pack.settings},
        )
        self._attachments = 0

    def run(self) -> bool:
        """True when everything required is answered at the end."""
        t = self._console.t
        self._console.say(self._form.title)
        self._console.say(t("Commands: /back /skip [why] /unknown why /done /attach [seconds] /place LAT LON /quit"))
        current = engine.next_question(self._form, self._draft, self._facts)
        while current is not None:
            prompt = engine.prompt(self._form, self._draft, self._facts, current, self._outlines())
            self._ask(prompt)
            try:
                line = input("> ").strip()
            except EOFError:
                break
            if line == "/quit":
                break
            if line == "/back":
                current = engine.previous_question(self._form, self._draft, self._facts, current) or current
                continue
            current = self._answer(prompt, line)
        return self._review()

    def _outlines(self) -> tuple[Outline, ...]:
        return fitting(self._pack.outlines, self._form, self._draft, self._facts)

    def _ask(self, prompt: Prompt) -> None:
        t = self._console.t
        basis = f" ({basis_text(t, self._pack, prompt.basis)})" if prompt.basis else ""
        self._console.say(f"\n[{prompt.position}/{prompt.total}] {prompt.ask}{basis}")
        for text in (prompt.help, t("For example: {example}", example=prompt.example) if prompt.example else None):
            if text:
                self._console.say(f"    {text}")
        for text in prompt.outline:
            self._console.say(f"    · {text}")
        if prompt.columns:
            self._console.say("    " + "，".join(prompt.columns))
        if prompt.given_text:
            self._console.say(t("    so far: {text}", text=prompt.given_text))
        if prompt.offer is not None:
            self._console.say(t("    an empty line takes: {text}", text=prompt.offer.text))
        for number, choice in enumerate(prompt.choices, start=1):
            self._console.say(f"    {number}. {choice.text}{' ✓' if choice.chosen else ''}")

    def _answer(self, prompt: Prompt, line: str) -> str | None:
        """Hand one line to the engine; the question that comes next."""
        sent = self._read(prompt, line)
        if sent is None:
            self._console.say(self._console.t("This command does not fit here."))
            return prompt.question
        step = engine.answer(self._form, self._draft, Answer(prompt.question, sent, by="1"), self._facts)
        self._draft = step.draft
        for effect in step.effects:
            if isinstance(effect, Rejected):
                self._refuse(effect)
                return prompt.question
            if isinstance(effect, Parked):
                self._console.say(self._console.t("Set aside: {questions}", questions="、".join(effect.questions)))
        given = self._draft.answers.get(prompt.question)
        if given is not None and given.state == "collecting":
            return prompt.question
        return engine.next_question(self._form, self._draft, self._facts)

    def _read(self, prompt: Prompt, line: str) -> Input | None:
        command, _, rest = line.partition(" ")
        if command.startswith("/"):
            return self._command(prompt, command, rest.strip())
        if not line and prompt.offer is not None:
            return TakeOffer()
        if line.isdecimal() and 0 < int(line) <= len(prompt.choices):
            return Choose(prompt.choices[int(line) - 1].id)
        return Text(line)

    def _command(self, prompt: Prompt, command: str, rest: str) -> Input | None:
        match command:
            case "/skip":
                return Skip(rest or None)
            case "/unknown" if rest:
                return Unknown(rest)
            case "/done":
                return Done()
            case "/attach" if prompt.type in _ATTACHED:
                return self._attach(_ATTACHED[prompt.type], rest)
            case "/place":
                latitude, _, longitude = rest.partition(" ")
                at = _number(latitude), _number(longitude)
                return Place(at[0], at[1]) if at[0] is not None and at[1] is not None else None
        return None

    def _attach(self, kind: str, rest: str) -> Attach | None:
        self._attachments += 1
        seconds = _number(rest) if rest else 10.0
        if kind == "recording":
            return Attach(f"{self._attachments}", "recording", seconds) if seconds else None
        return Attach(f"{self._attachments}", "photo" if kind == "photo" else "file")

    def _refuse(self, effect: Rejected) -> None:
        params: Mapping[str, object] = effect.params
        self._console.say("    " + unescape(fault_text(self._console.t, effect.code, params)))
        if effect.example:
            self._console.say("    " + self._console.t("For example: {example}", example=effect.example))

    def _review(self) -> bool:
        review = engine.review(self._form, self._draft, self._facts)
        self._console.say()
        for line in review.lines:
            self._console.say(f"{line.label}：{line.text or '—'}")
        for lack in review.lacking:
            basis = f" ({basis_text(self._console.t, self._pack, lack.basis)})" if lack.basis else ""
            self._console.say(self._console.t("Still open: {label}", label=lack.label) + basis)
        return review.ready


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
