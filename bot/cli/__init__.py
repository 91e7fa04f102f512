"""The command line, `zhilu`. Exit codes: 0 holds, 1 does not hold, 2 unusable input."""

import os
import sys
from collections.abc import Sequence

import typer

from bot.cli import (
    admin,
    archive,
    backup,
    evaluating,
    importing,
    lexicons,
    packs,
    reporting,
    serving,
    speech,
    speech_models,
    verifying,
)
from bot.cli.console import Console, language_of
from bot.i18n import translator
from bot.logs import log_to_stderr
from models.errors import ZhiluError


def build(console: Console) -> typer.Typer:
    """The whole command line in the console's language."""
    app = typer.Typer(
        name="zhilu",
        help=console.t("Leads an enforcement officer through each record the law requires."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for group in (
        serving,
        packs,
        lexicons,
        speech,
        evaluating,
        speech_models,
        importing,
        archive,
        verifying,
        backup,
        reporting,
        admin,
    ):
        group.add_to(app, console)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit. A refusal is one sentence on standard error and exit code 2."""
    log_to_stderr()
    console = Console(translator(language_of(os.environ)))
    try:
        build(console)(arguments, prog_name="zhilu")
    except ZhiluError as refusal:
        console.complain(refusal)
        sys.exit(2)
