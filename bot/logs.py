"""Logging, one way for every process."""

from __future__ import annotations

import logging
import sys

import structlog


def log_to_stderr() -> None:
    """Lines with level and time; tracebacks without local variables, since those hold what people said."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
        # Looked up with each line: whoever redirects standard error gets what is said from then on.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
