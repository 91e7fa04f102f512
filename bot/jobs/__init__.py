"""Slow work: rows committed with what needs them, done in worker processes, applied once by the server."""

from bot.jobs.queue import cancel_job, enqueue

__all__ = ["cancel_job", "enqueue"]
