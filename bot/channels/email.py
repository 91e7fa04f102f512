"""E-mail, by the agency's own mail server."""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from bot.channels import ChannelFault, Given, Notice
from bot.settings import Settings
from models.errors import InvalidInput

_ANSWER_SECONDS = 20.0  # for each answer of the mail server …
_WHOLE_SECONDS = 60.0  # … and for all of them: one that answers drop by drop holds up nobody
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_LONGEST = 254  # characters of an address (RFC 5321)
# What browsers take for an address (the HTML standard): no blanks, brackets, quotes or line ends, ASCII only.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


class EmailChannel:
    """Talks to the mail server of `ZHILU_SMTP_*` in threads of its own: a slow one must not take those of the vault."""

    name = "email"
    addressed = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = settings.smtp_port or _PORTS[settings.smtp_tls]
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="smtp")

    def settle(self, given: Given, standing: Mapping[str, Any]) -> dict[str, Any]:
        """Raises InvalidInput `channel.no_smtp`, `channel.takes_nothing`."""
        if given != Given():
            raise InvalidInput("channel.takes_nothing", channel=self.name)
        if not self._configured():
            raise InvalidInput("channel.no_smtp")
        return {}

    def leads_to(self, config: Mapping[str, Any]) -> str:
        if not self._configured():
            return ""
        return f"{self._settings.smtp_from} · {self._settings.smtp_host}:{self._port}"

    def read_address(self, text: str) -> str:
        address = text.strip()
        if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
            raise InvalidInput("channel.address_unusable", text=address[:80])
        return address

    async def send(self, notice: Notice) -> None:
        """Permanent: an answer of 5xx, an address that is none, a server without settings. All else is temporary."""
        if not self._configured():
            raise ChannelFault("no SMTP settings", permanent=True)
        if not _ADDRESS.fullmatch(notice.address):
            raise ChannelFault("not an e-mail address", permanent=True)
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._deliver, self._message(notice), notice.address
                )
        except (smtplib.SMTPException, OSError, TimeoutError) as cause:
            raise _fault(cause) from cause

    def _configured(self) -> bool:
        return bool(self._settings.smtp_host and _ADDRESS.fullmatch(self._settings.smtp_from))

    def _message(self, notice: Notice) -> EmailMessage:
        """Its Message-ID comes of the notice's key: a mailbox that gets it twice can tell."""
        sender = self._settings.smtp_from
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = sender, notice.address
        message["Subject"] = _line(notice.subject)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{_line(notice.key)}@{sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{notice.text}\n\n{notice.url}\n", cte="base64")
        return message

    def _deliver(self, message: EmailMessage, address: str) -> None:
        """Blocking. Raises smtplib.SMTPException, OSError."""
        server = self._connect()
        try:
            if self._settings.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._settings.smtp_user:
                server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())
            server.send_message(message, self._settings.smtp_from, [address])
            with suppress(smtplib.SMTPException, OSError):  # it is delivered, however the parting goes
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, name = self._settings.smtp_host, socket.gethostname()  # the full name would wait for a name server
        if self._settings.smtp_tls == "implicit":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, self._port, name, timeout=_ANSWER_SECONDS, context=context)
        return smtplib.SMTP(host, self._port, name, timeout=_ANSWER_SECONDS)


def _line(text: str) -> str:
    """Text that cannot end a header: printable characters of one line."""
    return "".join(each if each.isprintable() else " " for each in text)


def _fault(cause: Exception) -> ChannelFault:
    codes: list[int] = []
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in cause.recipients.values()]
    elif isinstance(cause, smtplib.SMTPResponseException):
        codes = [cause.smtp_code]
    permanent = bool(codes) and all(500 <= code < 600 for code in codes)
    return ChannelFault(f"{type(cause).__name__}: {cause}"[:300], permanent=permanent)
