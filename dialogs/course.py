"""Where a case stands in its procedure, and which records may be begun in it now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.facts import Facts
from dialogs.packs.schema import Need, Pack, Procedure, Record, ReviewStep, Titled


@dataclass(frozen=True)
class Course:
    """`procedure`: the case's own, None when the pack states none. `current`: the furthest stage begun, or None.

    stages: the procedure's in their order, then the pack's others.
    """

    procedure: Procedure | None
    stages: tuple[Titled, ...]
    current: str | None


@dataclass(frozen=True)
class Way:
    """One way cases of a pack go. `procedure`: None for cases that have none. `stages`: the pack's, its own first.

    reached: ids of those a case can stand in, in order. belongs: form -> stage.
    """

    procedure: Procedure | None
    stages: tuple[Titled, ...]
    reached: tuple[str, ...]
    belongs: Mapping[str, str]


@dataclass(frozen=True)
class Startable:
    """A record that may be begun now. `expected`: the case lacks it. `unmet`: needs that do not hold.

    stage: where it belongs in the case's procedure.
    """

    form: Record
    stage: str
    expected: bool
    unmet: tuple[Need, ...]


def course_of(pack: Pack, facts: Facts) -> Course:
    """The first procedure whose `when` holds, and how far the case has come in it."""
    way = way_of(pack, procedure_of(pack, facts))
    begun = {way.belongs.get(record.form, record.stage) for record in facts.records}
    current = next((each for each in reversed(way.reached) if each in begun), way.reached[0] if way.reached else None)
    return Course(way.procedure, way.stages, current)


def way_of(pack: Pack, procedure: Procedure | None) -> Way:
    """How cases of this procedure go, whatever they have come to."""
    own = procedure.stages if procedure else ()
    titled = {stage.id: stage for stage in pack.stages}
    ordered = (*(titled[each] for each in own if each in titled), *(s for s in pack.stages if s.id not in own))
    belongs = {form.id: _stage(form, procedure) for form in pack.records}
    return Way(procedure, ordered, tuple(stage.id for stage in ordered if not own or stage.id in own), belongs)


def startable(pack: Pack, facts: Facts, roles: Collection[str], *, archived: bool = False) -> tuple[Startable, ...]:
    """What people of `roles` may begin now, in the pack's order; of an archived case only what comes after."""
    procedure = procedure_of(pack, facts)
    return tuple(
        Startable(form, _stage(form, procedure), lacks(form, facts), unmet(form, facts, "beginning"))
        for form in pack.records
        if not form.opens_case
        and set(form.by) & set(roles)
        and (form.after_archive or not archived)
        and in_place(form, facts)
        and (form.repeatable or not _submitted(form, facts))
    )


def in_place(form: Record, facts: Facts) -> bool:
    """Whether a record has its place in the case now. Where that cannot be judged it has: nothing may be locked."""
    return form.starts_with is None or _judged(form.starts_with, Scope({}, facts), failed=True)


def lacks(form: Record, facts: Facts) -> bool:
    """Whether the case should have this record by now and has none submitted. Not told where it cannot be judged."""
    return form.expected is not None and not _submitted(form, facts) and _judged(form.expected, Scope({}, facts))


def unmet(form: Record, facts: Facts, at: str, answers: Mapping[str, object] | None = None) -> tuple[Need, ...]:
    """Needs `at` beginning or submitting that do not hold. One that cannot be judged counts as unmet: a person does."""
    scope = Scope(answers or {}, facts)
    return tuple(need for need in form.needs if need.at == at and not _judged(need.holds, scope))


def steps_of(form: Record, facts: Facts, answers: Mapping[str, object]) -> tuple[ReviewStep, ...]:
    """The review steps that apply to a record, in order. One that cannot be judged applies."""
    scope = Scope(answers, facts)
    return tuple(step for step in form.review if step.when is None or _judged(step.when, scope, failed=True))


def procedure_of(pack: Pack, facts: Facts) -> Procedure | None:
    """The first procedure whose `when` holds; one whose `when` cannot be judged is passed over."""
    scope = Scope({}, facts)
    return next((each for each in pack.procedures if each.when is None or _judged(each.when, scope)), None)


def _stage(form: Record, procedure: Procedure | None) -> str:
    return form.stage_in.get(procedure.id, form.stage) if procedure else form.stage


def _submitted(form: Record, facts: Facts) -> bool:
    return any(each.form == form.id and each.state != "draft" for each in facts.records)


def _judged(condition: str, scope: Scope, *, failed: bool = False) -> bool:
    try:
        return compile_condition(condition).holds(scope)
    except ConditionFailed:
        return failed
