"""Deadlines: when terms open, end and remind. Nothing here reads a clock or stores anything."""

from dialogs.deadlines.calendar import Calendar, load_calendar, shipped_calendar
from dialogs.deadlines.events import Closes, Event, OpenDeadline, Opens, events
from dialogs.deadlines.terms import Due, RungAt, due_at, rungs

__all__ = [
    "Calendar",
    "Closes",
    "Due",
    "Event",
    "OpenDeadline",
    "Opens",
    "RungAt",
    "due_at",
    "events",
    "load_calendar",
    "rungs",
    "shipped_calendar",
]
