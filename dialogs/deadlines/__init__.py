"""Deadlines: when terms open, end and remind. Nothing here reads a clock or stores anything."""

from dialogs.deadlines.calendar import Calendar, load_calendar, published_calendar, shipped_calendar
from dialogs.deadlines.events import Closes, Event, OpenDeadline, Opens, events
from dialogs.deadlines.ladder import WHOLE_DAY, Duty, Step, steps
from dialogs.deadlines.reckoning import extended, reckon, rests_on_calendar, runs_of
from dialogs.deadlines.terms import Due, due_at

__all__ = [
    "WHOLE_DAY",
    "Calendar",
    "Closes",
    "Due",
    "Duty",
    "Event",
    "OpenDeadline",
    "Opens",
    "Step",
    "due_at",
    "events",
    "extended",
    "load_calendar",
    "published_calendar",
    "reckon",
    "rests_on_calendar",
    "runs_of",
    "shipped_calendar",
    "steps",
]
