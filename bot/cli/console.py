"""What commands say and where: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console as RichConsole
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy.engine import make_url

from bot.i18n import Translator
from bot.settings import Settings
from bot.views.faults import fault_text
from dialogs.packs.faults import PackFaults
from models.errors import Missing, ZhiluError


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


# Refusals only the command line can give; the others are in `bot.views.faults`.
SENTENCES: Mapping[str, str] = {
    "agency.code_unusable": _("'{text}' is no usable code: use a-z, 0-9 and hyphens."),
    "transport.always_on": _("{transport} stays within the agency's network and is always on."),
    "transport.unknown": _("There is no chat service {transport}. Known: {known}"),
    "agency.exists": _("There is an agency with the code {agency} already."),
    "agency.name_empty": _("The agency's name is empty."),
    "agency.pattern_unusable": _("'{text}' is no number pattern: {{n}} is needed, {{year}}, {{series}} may be used."),
    "agency.unknown": _("There is no agency with the code {agency}."),
    "backup.database_damaged": _("The database is damaged: {reason}. The backup made before was not touched."),
    "backup.disk": _("The disk does not allow it: {reason}"),
    "backup.diverged": _(
        "This folder holds a later state of this installation (ledger head {head}). Choose another folder."
    ),
    "backup.inside": _("The backup must not lie inside {path}."),
    "backup.no_manifest": _("{path} holds no complete backup."),
    "backup.no_tool": _("{tool} is not installed; the database server's client tools have it."),
    "backup.not_a_backup": _("{path} holds something that is no backup. Choose an empty folder."),
    "backup.nothing": _("There is nothing to back up yet."),
    "backup.of_another": _("{path} holds the backup of another installation. Choose another folder."),
    "backup.running": _("Another backup into {path} is running."),
    "backup.tool_failed": _("{tool} failed: {reason}"),
    "channel.no_smtp": _("E-mail needs a mail server first: set ZHILU_SMTP_HOST and ZHILU_SMTP_FROM (an address)."),
    "channel.nothing_said": _("Say what is to be done: --allow, --forbid or --test OFFICER."),
    "channel.off_already": _("{channel} is off already."),
    "channel.only_with_allow": _("--url and --secret-file go with --allow only."),
    "channel.secret_unusable": _("The secret is unusable: base64 of {least} to {most} bytes, with or without whsec_."),
    "channel.takes_nothing": _("{channel} takes neither --url nor --secret-file."),
    "channel.unknown": _("There is no channel '{text}'. There are: {known}"),
    "channel.unnamed": _("Name the channel: email or webhook."),
    "channel.url_missing": _("{channel} needs --url: the address it is to call."),
    "channel.url_unusable": _("The address is unusable: http:// or https:// and a host, without name and password."),
    "database.absent": _("There is no database at {path}. Set ZHILU_DATA, or start 'zhilu serve' or 'zhilu demo'."),
    "demo.not_demo": _("{path} holds a real installation. Choose another folder for the demo with ZHILU_DATA."),
    "demo.fresh_needs_sqlite": _("--fresh only clears a demonstration kept in a folder, not a database server."),
    "devices.columns": _("The first line must name the columns; these are needed: {columns}."),
    "devices.empty": _("The register lists no device."),
    "devices.not_in_use": _(
        "The device “{text}” is lost or retired and cannot be issued. A lost one is taken back in the chat first."
    ),
    "devices.row": _("Line {line} cannot be used: a number of at most 40 characters is needed."),
    "dialect.unknown": _("The dialect '{dialect}' is not known. There are: {known}."),
    "file.absent": _("There is no file {path}."),
    "file.unreadable": _("{path} cannot be read as UTF-8 text."),
    "head.unreadable": _("'{text}' is no ledger head: give SEQ:SHA256 as printed by 'zhilu verify'."),
    "import.changed": _("The file changed while it was read. Please run the command again."),
    "import.no_device": _(
        "Neither its name nor its folder has a device's number (time: {began}, by {clock}). Put it into a folder named "
        "after the device, or use --device."
    ),
    "import.no_folder": _("There is no folder {path}."),
    "import.no_time": _(
        "Its device declared nothing for this time ({began}, by {clock}; declared: {candidates}). Declare it in the "
        "chat, correct the camera's clock with --shift, or name the declaration with --for."
    ),
    "import.not_a_file": _("This is a link or no ordinary file; it was left alone."),
    "import.not_a_recording": _("This is no recording. Photos and papers are sent in the chat."),
    "import.one_file": _("--for names the declaration of one file: give that file, not a folder."),
    "import.same_file": _("The same bytes lie in this folder twice."),
    "import.same_time": _(
        "Another file covers the same time of recording no. {candidates} ({began}, by {clock}). Take the right one "
        "with --for."
    ),
    "import.several": _("Several declarations fit: {candidates} ({began}, by {clock}). Take the right one with --for."),
    "import.which_agency": _("There are several agencies ({codes}). Say with --agency whose recordings these are."),
    "import.unreadable": _("The file cannot be read: {reason}"),
    "lexicon.unusable": _("{file} is no lexicon that can be used. 'zhilu lexicons lint' says what is wrong with it."),
    "model.hash_mismatch": _("{file} of the default model is not the one expected: SHA-256 {found}, not {expected}."),
    "model.incomplete": _("The model {name} is not complete. It lacks: {missing}."),
    "model.no_device": _("There is no {device} device to be used here. Set ZHILU_WHISPER_DEVICE to cpu or auto."),
    "model.not_installed": _("There is no model {name} here. 'zhilu models list' shows those there are."),
    "model.precision": _("{device} cannot compute in {precision}. Set ZHILU_WHISPER_PRECISION to one of: {known}."),
    "model.unconverted": _(
        "{name} holds a model in another format. Convert it once with ct2-transformers-converter "
        "--copy_files tokenizer.json preprocessor_config.json."
    ),
    "model.unloadable": _("The model {name} cannot be loaded: its files are damaged, or of another format."),
    "model.unusable": _("The model {name} loads but cannot hear: {reason}"),
    "manifest.empty": _("{name} lists no recordings."),
    "manifest.missing_audio": _("The recording {file} is listed but not there."),
    "manifest.missing_column": _("The column '{column}' is missing."),
    "manifest.unreadable": _("{name} cannot be read as a table separated by tabs."),
    "officer.ambiguous": _("Several people fit. Give one of these ids: {ids}."),
    "officer.unknown": _("Nobody active has the name, certificate or id '{text}'."),
    "pack.form_unknown": _("The pack has no record '{form}'. It has: {known}."),
    "pack.element_unknown": _("The pack has nothing with the id '{element}'. It has: {known}."),
    "register.columns": _("The first line must name the columns; these are needed: {columns}."),
    "register.empty": _("The register lists nobody."),
    "register.row": _("Line {line} cannot be used ({text}): a name and roles such as 执法人员 are needed."),
    "register.too_long": _("The register lists more than {limit} people."),
    "register.undecodable": _("The register is neither UTF-8 nor GB 18030 text."),
    "play.fact_unknown": _("'{text}' is no fact of the case: write NAME=VALUE. The pack has: {known}."),
    "xlsform.no_survey": _("{path} is no XLSForm: it has no sheet named survey."),
    "xlsform.too_large": _("The workbook is larger than {limit} MB."),
    "xlsform.unreadable": _("{path} cannot be read as an Excel workbook (.xlsx)."),
    "reference.missing": _("{file} has neither a text (.txt) nor turns (.turns.tsv) beside it."),
    "reference.none": _("{path} holds no recording with a text (.txt) or turns (.turns.tsv) beside it."),
    "reference.turn": _("Line {line} of {name} has no usable times: start_s and end_s in seconds, the later one last."),
    "reference.unreadable": _("{name} is neither UTF-8 nor GB 18030 text."),
    "restore.newer_schema": _("The backup was made by a newer version. Install that version and try again."),
    "restore.not_empty": _("{path} is not empty. A backup is restored into an empty data folder or database only."),
    "restore.other_database": _("The backup is of a database of the kind {kind}; set ZHILU_DATABASE_URL accordingly."),
    "vault.key_inside": _("The key must not lie in the data folder, beside what it protects."),
    "vault.key_unwritable": _("{path} cannot be written: {reason}"),
    "server.no_address": _("The address {host}:{port} cannot be used: {reason}"),
}  # fmt: skip


_UNFOLDED = 1000


class Console:
    """Says things in one language. Results go to standard output, notes and complaints to standard error."""

    def __init__(self, t: Translator) -> None:
        self.t = t

    @property
    def fault_language(self) -> str:
        """The language of `dialogs.packs.faults` texts."""
        return "zh" if self.t.locale.language == "zh" else "en"

    def json(self, value: object) -> None:
        """One JSON value on one line."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def say(self, text: str = "") -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        table = Table(box=None, pad_edge=False)
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*(str(cell) for cell in row))
        # What another program reads is not folded: a row stays a line.
        width = None if sys.stdout.isatty() else _UNFOLDED
        RichConsole(file=sys.stdout, markup=False, highlight=False, width=width).print(table)

    def complain(self, refusal: ZhiluError, *, about: str = "") -> None:
        """One polite line on standard error; for a pack, one for each fault."""
        if isinstance(refusal, PackFaults):
            for fault in refusal.faults:
                self.note(fault.line_text(self.fault_language))
            return
        text = self.sentence(refusal.code, refusal.params)
        self.note(f"{about}: {text}" if about else text)

    def sentence(self, code: str, params: Mapping[str, object]) -> str:
        """What a code means; '' for none."""
        if code in SENTENCES:
            return self.t(SENTENCES[code], **{name: _shown(value) for name, value in params.items()})
        return unescape(fault_text(self.t, code, params)) if code else ""

    @contextmanager
    def progress(self, *, files: bool = False) -> Iterator[Callable[[str, int, int], None]]:
        """A bar on standard error; call what it yields with a name, what is done and the whole (bytes, or `files`)."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn() if files else DownloadColumn(),
            console=RichConsole(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        with bar:
            task = bar.add_task("", total=None)
            yield lambda name, done, total: bar.update(
                task, description=escape(name[-40:]), completed=done, total=total
            )

    def end(self, holds: bool) -> NoReturn:
        raise typer.Exit(0 if holds else 1)


def language_of(environment: Mapping[str, str]) -> str:
    """The catalogue for the terminal's language: Chinese where its locale is, English elsewhere."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh_Hans_CN" if locale.lower().startswith("zh") else "en"


def existing_database(settings: Settings) -> str:
    """The settings' database, which must be there: a question must not create it. Raises Missing `database.absent`."""
    parsed = make_url(settings.database)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise Missing("database.absent", path=parsed.database)
    return settings.database


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
