"""One record's conversation in the terminal, as a pack author tries it out. Nothing is stored.

The case is empty but for the facts given: no records, nothing has happened, settings as the pack has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

from bot.cli.console import Console
from bot.cli.play_outcome import Outcome, outcome
from bot.views.basis import basis_text
from bot.views.faults import fault_text
from dialogs import engine
from dialogs.course import in_place, unmet
from dialogs.engine.outlines import fitting
from dialogs.facts import EvidenceFact, Facts, OfficerFact
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

_REGISTER = tuple(
    OfficerFact(id=str(n), name=f"{sign}某", certificate=f"{n:07}", unit="执法科")
    for n, sign in enumerate("甲乙丙丁", 1)
)
_OFFICERS = _REGISTER[:2]  # the case's own; a record may ask for more
_ATTACHED = {"photo": "photo", "recording": "recording", "file": "file", "dialogue": "recording"}


class Play:
    """Asks until the record is complete, the input ends, or `/quit`.

    case: facts the conditions see as `case.<name>`. as_json: the questions go to standard error, and one JSON object
    to standard output: `{record, ready, steps: [{question, ask, sent, refused}], answers, lacking, needs, signatures,
    review, events, deadlines}`.
    """

    def __init__(
        self,
        console: Console,
        pack: Pack,
        form: Record,
        *,
        case: Mapping[str, object] | None = None,
        as_json: bool = False,
    ) -> None:
        self._console = console
        self._say = console.note if as_json else console.say
        self._mark = "" if as_json else "> "
        self._as_json = as_json
        self._pack = pack
        self._form = form
        self._draft: Draft = engine.start(f"{pack.id}@{pack.version}", form)
        self._facts = Facts(
            now=datetime.now(UTC),
            case=case or {},
            officers=_OFFICERS,
            register=_REGISTER,
            settings={setting.id: setting.value for setting in pack.settings},
            amounts=pack.amounts(),
        )
        self._steps: list[dict[str, Any]] = []

    def run(self) -> bool:
        """True when everything required is answered at the end."""
        t = self._console.t
        self._say(self._form.title)
        self._say(t("Commands: /back /skip [why] /unknown why /done /attach [seconds] /place LAT LON /quit"))
        self._before()
        current = engine.next_question(self._form, self._draft, self._facts)
        while current is not None:
            prompt = engine.prompt(self._form, self._draft, self._facts, current, self._outlines())
            self._ask(prompt)
            try:
                line = input(self._mark).strip()
            except EOFError:
                break
            if line == "/quit":
                break
            if line == "/back":
                current = engine.previous_question(self._form, self._draft, self._facts, current) or current
                continue
            current = self._answer(prompt, line)
        found = outcome(self._pack, self._form, self._draft, self._facts)
        if self._as_json:
            self._console.json(found.json() | {"steps": self._steps})
        else:
            self._tell(found)
        return found.ready

    def _before(self) -> None:
        """What the case would have been told before this record was begun."""
        t = self._console.t
        if not in_place(self._form, self._facts):
            self._say(t("In a case like this it would not be offered: {condition}", condition=self._form.starts_with))
        for need in unmet(self._form, self._facts, "beginning"):
            self._say(t("A reason would be asked for: {says}", says=need.says))

    def _outlines(self) -> tuple[Outline, ...]:
        return fitting(self._pack.outlines, self._form, self._draft, self._facts)

    def _ask(self, prompt: Prompt) -> None:
        t = self._console.t
        self._say(f"\n[{prompt.position}/{prompt.total}] {prompt.ask}{self._basis(prompt.basis)}")
        example = t("For example: {example}", example=prompt.example) if prompt.example else ""
        outline = (f"· {text}" for text in prompt.outline)
        for text in (*(prompt.help or "").splitlines(), example, *outline, t(", ").join(prompt.columns)):
            if text.strip():
                self._say(f"    {text.strip()}")
        if prompt.given_text:
            self._say(t("    so far: {text}", text=prompt.given_text))
        if prompt.offer is not None:
            self._say(t("    an empty line takes: {text}", text=prompt.offer.text))
        for number, choice in enumerate(prompt.choices, start=1):
            self._say(f"    {number}. {choice.text}{' ✓' if choice.chosen else ''}")

    def _basis(self, basis: tuple[str, ...]) -> str:
        t = self._console.t
        return t(" ({basis})", basis=basis_text(t, self._pack, basis)) if basis else ""

    def _answer(self, prompt: Prompt, line: str) -> str | None:
        """Hand one line to the engine; the question that comes next."""
        self._steps.append({"question": prompt.question, "ask": prompt.ask, "sent": line, "refused": None})
        sent = self._read(prompt, line)
        if sent is None:
            self._say(self._console.t("This command does not fit here."))
            self._steps[-1]["refused"] = "command.does_not_fit"
            return prompt.question
        if isinstance(sent, Attach):
            held = EvidenceFact(sent.id, sent.kind, prompt.question, self._facts.now, seconds=sent.seconds)
            self._facts = replace(self._facts, evidence=(*self._facts.evidence, held))
        step = engine.answer(self._form, self._draft, Answer(prompt.question, sent, by="1"), self._facts)
        self._draft = step.draft
        for effect in step.effects:
            if isinstance(effect, Rejected):
                self._refuse(effect)
                return prompt.question
            if isinstance(effect, Parked):
                asked = {question.id: question.paper_label for question in self._form.questions}
                labels = self._console.t(", ").join(asked[each] for each in effect.questions)
                self._say(self._console.t("Set aside: {questions}", questions=labels))
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
        name = f"{len(self._facts.evidence) + 1}"
        seconds = _number(rest) if rest else 10.0
        if kind == "recording":
            return Attach(name, "recording", seconds) if seconds else None
        return Attach(name, "photo" if kind == "photo" else "file")

    def _refuse(self, effect: Rejected) -> None:
        self._steps[-1]["refused"] = effect.code
        params: Mapping[str, object] = effect.params
        self._say("    " + unescape(fault_text(self._console.t, effect.code, params)))
        if effect.example:
            self._say("    " + self._console.t("For example: {example}", example=effect.example))

    def _tell(self, found: Outcome) -> None:
        """The paper's lines, what is open, and what would come of it."""
        t = self._console.t
        self._say("")
        for line in found.review.lines:
            self._say(t("{field}: {value}", field=line.label, value=line.text or "—"))
        for lack in found.review.lacking:
            self._say(t("Still open: {label}", label=lack.label) + self._basis(lack.basis))
        for need in found.needs:
            self._say(t("A reason would be asked for: {says}", says=need.says))
        if not found.ready:
            return
        names = [
            t(", ").join(each)
            for each in (
                [slot.label for slot in found.signatures],
                [step.title for step in found.review_steps],
                list(found.events),
                [deadline.title for deadline in found.deadlines],
            )
        ]
        told = (
            t("Then sign: {names}", names=names[0]),
            t("Then decide: {names}", names=names[1]),
            t("Happens: {names}", names=names[2]),
            t("Begins: {names}", names=names[3]),
        )
        for sentence, listed in zip(told, names, strict=True):
            if listed:
                self._say(sentence)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
