"""The question card and what is said about an answer.

Button data: `a:<record>:<question index>:<revision seen>:<what>`; `what` is `c<choice index>`, `d` done, `o` take
the offer, `s` skip, `u` unknown, `y` why, `b` back, `p` pause, `e` edit list, `x` cancel, `l<line>` a dialogue line,
`v` declare a body camera's recording, `g` list outlines, `g<outline index>` or `ga` switch to one or back.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text, is_own, label_text
from bot.views.faults import fault_text
from bot.views.moving import offer_record
from bot.views.outlines import prompts_text
from bot.views.settings import Held, origin_text, value_text
from dialogs.facts import Facts
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from dialogs.questions import KINDS
from dialogs.values import Conflict, Prompt, Rejected

_SHOWN = 1200  # characters of an answer repeated on a card
_CHOICES = 60  # an agency may have hundreds of officers, a message takes 100 buttons


def index_of(form: Form, question_id: str) -> int:
    return next(i for i, question in enumerate(form.questions) if question.id == question_id)


def _data(record_id: int, form: Form, prompt: Prompt, what: str) -> str:
    seen = prompt.given.revision if prompt.given else 0
    return f"a:{record_id}:{index_of(form, prompt.question)}:{seen}:{what}"


def question_screen(
    t: Translator,
    record_id: int,
    pack: Pack,
    form: Form,
    prompt: Prompt,
    *,
    slot: str,
    moved: bool = False,
    newer: bool = False,
    outlines: Sequence[str] | None = None,
) -> Screen:
    """One question: where we are, what is asked, what is known, and every way to answer.

    newer: a newer version of the regulation lies ready for this draft. outlines: names of those that prompt in a
    dialogue; None where there are none to switch between.
    """

    def button(text: str, what: str) -> Button:
        return Button(text, _data(record_id, form, prompt, what))

    rows = Rows()
    if prompt.offer is not None and prompt.given is None:
        rows.row(button("✓ " + t("Use: {text}", text=shorten(prompt.offer.text, 40)), "o"))
    offered = list(enumerate(prompt.choices))
    if len(offered) > _CHOICES:
        offered = [each for each in offered if each[1].chosen] + [each for each in offered if not each[1].chosen]
    rows.flow(button(("☑ " if choice.chosen else "") + choice.text, f"c{i}") for i, choice in offered[:_CHOICES])
    if prompt.given is not None and prompt.given.state != "collecting":
        rows.row(Button("✔ " + t("Keep this answer"), f"go:{record_id}"))
    standing = prompt.given.value if prompt.given else None
    if KINDS[prompt.type].parts(form.questions[index_of(form, prompt.question)], standing):
        rows.row(button(t("Correct a line"), "l"))
    if prompt.type == "dialogue" and outlines is not None:
        rows.row(button(t("Another outline"), "g"))
    if KINDS[prompt.type].evidence == "recording":
        rows.row(button("📹 " + t("Recorded by body camera (imported later)"), "v"))
    if prompt.collecting and prompt.given is not None and prompt.given.state == "collecting":
        rows.row(button("✔ " + t("That is all"), "d"))
    rows.row(
        button(t("Skip"), "s") if prompt.skip != "no" else None,
        button(t("Not known"), "u") if prompt.unknown else None,
        button(t("Why?"), "y") if prompt.basis or prompt.help else None,
    )
    rows.row(
        button("‹ " + t("Back"), "b") if prompt.position > 1 else None,
        button(t("All answers"), "e"),
        button(t("Pause"), "p"),
        button(t("Cancel"), "x"),
    )
    rows.row(offer_record(t, record_id) if newer else None)
    return Screen(_question_text(t, pack, form, prompt, outlines or ()), rows.done(), slot=slot, moved=moved)


def _question_text(t: Translator, pack: Pack, form: Form, prompt: Prompt, outlines: Sequence[str]) -> str:
    standing = shorten(prompt.given_text or "", _SHOWN) if prompt.given else ""
    label = label_text(t, pack, prompt.basis)
    return join(
        [
            f"<i>{plain(form.title)} · {prompt.position}/{prompt.total}</i>",
            bold(prompt.ask),
            f"<i>{plain(label)}</i>" if label else None,
            plain(prompt.help) if prompt.help else None,
            t("So far: {text}", text=plain(standing)) if standing else None,
            prompts_text(t, prompt.outline, outlines if prompt.type == "dialogue" else ()),
            _level(t, prompt),
            t("Example: {text}", text=plain(prompt.example))
            if prompt.example and not prompt.choices and not standing
            else None,
            _how(t, prompt),
            t("There are more than the buttons show: type the name.") if len(prompt.choices) > _CHOICES else None,
        ]
    )


def _level(t: Translator, prompt: Prompt) -> str | None:
    match prompt.level:
        case "must":
            return "❗ " + t("A recording is required here.")
        case "waivable":
            return "❗ " + t("A recording is required here, or a written reason why not.")
        case "preferred":
            return t("A recording is preferred here.")
    return None


def _how(t: Translator, prompt: Prompt) -> str | None:
    """How to answer, where buttons do not say it."""
    match prompt.type:
        case "photo":
            return t("Send photos, then tap “That is all”.")
        case "recording":
            return t("Record or send a file, then tap “That is all”.")
        case "file":
            return t("Send files, then tap “That is all”.")
        case "dialogue":
            return t("Type or speak line by line, or record the whole interview and send it.")
        case "table":
            return t("One item per line, parted by commas: {columns}", columns="，".join(map(plain, prompt.columns)))
        case "place":
            return t("Type, speak, or share your location.")
        case "choice" | "yes_no" | "refusal":
            return t("Tap, type or speak.")
        case "choices" | "officers":
            return t("Tap each that applies, then “That is all”.")
    return t("Type or speak.")


def settled_screen(t: Translator, record_id: int, form: Form, prompt: Prompt, *, slot: str) -> Screen:
    """The card of an answered question: short, with a way to change it."""
    text = shorten(prompt.given_text or "", _SHOWN)
    state = prompt.given.state if prompt.given else "open"
    if state == "skipped":
        said = t("Skipped") + (f" · {plain(prompt.given.reason)}" if prompt.given and prompt.given.reason else "")
    elif state == "unknown":
        said = t("Not known") + (f" · {plain(prompt.given.reason)}" if prompt.given and prompt.given.reason else "")
    elif state == "open":
        said = t("Taken back")
    else:
        said = bold(text)
    edit = Button(t("Change"), f"f:{record_id}:{index_of(form, prompt.question)}")
    return Screen(f"✓ {plain(prompt.ask)}\n{said} · {t('saved')}", ((edit,),), slot=slot)


def rejected_screen(t: Translator, prompt: Prompt, rejected: Rejected) -> Screen:
    """Why an answer cannot be taken, what is accepted, and an example. Nothing was changed."""
    return Screen(
        join(
            [
                "✗ " + fault_text(t, rejected.code, rejected.params),
                t("Example: {text}", text=plain(rejected.example)) if rejected.example else None,
                t("Please answer again: {ask}", ask=plain(prompt.ask)),
            ]
        )
    )


def conflict_screen(
    t: Translator, record_id: int, form: Form, prompt: Prompt, conflict: Conflict, facts: Facts, other: str
) -> Screen:
    """Two officers answered the same question: both answers, and the choice between them."""
    question = form.questions[index_of(form, conflict.question)]
    mine = KINDS[question.type].show(question, conflict.offered, facts)
    rows = ((Button(t("Keep theirs"), f"k:{record_id}:theirs"), Button(t("Use mine"), f"k:{record_id}:mine")),)
    return Screen(
        join(
            [
                "⚠ " + bold(t("Two answers to one question")),
                plain(prompt.ask),
                t("{name} answered: {text}", name=plain(other), text=plain(shorten(prompt.given_text or "", _SHOWN))),
                t("You answered: {text}", text=plain(shorten(mine, _SHOWN))),
            ]
        ),
        rows,
    )


def parked_screen(t: Translator, labels: list[str], *, parked: bool) -> Screen:
    listed = "、".join(plain(label) for label in labels)
    if parked:
        return Screen("ℹ " + t("No longer asked, kept aside and left out of the paper: {list}", list=listed))
    return Screen("ℹ " + t("Asked again, with the earlier answers: {list}", list=listed))


def why_screen(t: Translator, pack: Pack, prompt: Prompt, settings: Sequence[Held]) -> Screen:
    """Why a question is asked: its articles in the pack's words, and the settings it hangs on with who chose them."""
    abouts = {f"{pack.short}-{article.no}": article.about for article in pack.articles}
    lines = [
        f"· {plain(basis_text(t, pack, [cited]))} {plain(abouts.get(cited.split('.')[0], ''))}".rstrip()
        for cited in prompt.basis
    ]
    hangs = [
        "· " + plain(f"{each.setting.title}：{value_text(t, each.setting, each.value)}（{origin_text(t, each)}）")
        for each in settings
    ]
    return Screen(
        join(
            [
                bold(prompt.ask),
                plain(prompt.help) if prompt.help else None,
                t("Demanded by {title}:", title=plain(pack.title))
                if any(is_own(pack, each) for each in prompt.basis)
                else None,
                *lines,
                t("It hangs on these settings of the agency:") if hangs else None,
                *hangs,
            ]
        )
    )
