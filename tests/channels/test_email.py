"""E-mail: what a mailbox gets, and which answers of a mail server are for good."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels import ChannelFault
from bot.channels import email as channel
from bot.channels.email import EmailChannel
from models.errors import InvalidInput
from tests.channels.conftest import Mailbox, free_port, mail_server, notice, settings


def to(mailbox: Mailbox, **more: Any) -> EmailChannel:
    return EmailChannel(settings(**mailbox.settings(**more)))


async def refused(email: EmailChannel, **changes: Any) -> ChannelFault:
    with pytest.raises(ChannelFault) as caught:
        await email.send(notice(**changes))
    return caught.value


async def test_a_letter_arrives_and_its_repetition_can_be_told(mailbox: Mailbox) -> None:
    email = to(mailbox)
    await email.send(notice())
    await email.send(notice())
    (recipients, letter), (_, again) = mailbox.letters
    assert recipients == ["lin@gov.example"] and letter["To"] == "lin@gov.example"
    assert letter["Subject"] == "期限提醒：西财案〔2026〕1号"
    assert mailbox.text().split() == ["西财案〔2026〕1号有期限需要您办理。", "https://zhilu.example"]
    assert letter["Message-ID"] == again["Message-ID"] == "<zhilu-7@gov.example>"
    assert letter["Auto-Submitted"] == "auto-generated", "nobody's absence note is to answer it"


async def test_nothing_in_a_notice_makes_a_header(mailbox: Mailbox) -> None:
    cunning = "期限\r\nBcc: other@evil.example\r\n\r\n<b>x</b>\u2028X: y\x00"
    await to(mailbox).send(notice(subject=cunning, key="k>\r\nX-Evil: 1"))
    recipients, letter = mailbox.letters[0]
    assert recipients == ["lin@gov.example"]
    assert letter["Bcc"] is None and letter["X-Evil"] is None and "Bcc: other" in letter["Subject"]


@pytest.mark.parametrize(
    "address",
    ["", "lin", "lin@", "a b@gov.example", "a@gov.example\r\nRCPT TO:<x@y.example>", "a@gov.example,b@gov.example",
     "<a@gov.example>", "王@gov.example", "a@-x.example", "a@b", "a" * 65 + "@gov.example"],
)  # fmt: skip
async def test_what_is_no_address_reaches_no_server(mailbox: Mailbox, address: str) -> None:
    assert (await refused(to(mailbox), address=address)).permanent
    assert mailbox.seen == 0
    with pytest.raises(InvalidInput):
        to(mailbox).read_address(address)


def test_an_address_is_read_as_typed(mailbox: Mailbox) -> None:
    assert to(mailbox).read_address(" lin.x+y@mail.gov.cn ") == "lin.x+y@mail.gov.cn"


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("550 no such user", True), ("552 mailbox full", True), ("450 greylisted", False), ("421 closing", False)],
)
async def test_only_5xx_is_for_good(mailbox: Mailbox, answer: str, permanent: bool) -> None:
    mailbox.answers = [answer]
    fault = await refused(to(mailbox))
    assert fault.permanent is permanent and answer[:3] in str(fault)


async def test_a_server_that_is_not_there_may_come_back() -> None:
    assert not (await refused(to(Mailbox(free_port())))).permanent


async def test_a_server_that_says_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "_ANSWER_SECONDS", 0.3)

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silence, "127.0.0.1", 0) as server:
        async with asyncio.timeout(5):
            assert not (await refused(to(Mailbox(server.sockets[0].getsockname()[1])))).permanent


async def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "_WHOLE_SECONDS", 0.5)
    gone = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not gone.is_set():
            writer.write(b"2")
            await asyncio.sleep(0.05)
        writer.close()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        async with asyncio.timeout(5):
            assert not (await refused(to(Mailbox(server.sockets[0].getsockname()[1])))).permanent
        gone.set()


async def test_what_was_taken_counts_however_the_parting_goes() -> None:
    """The server answers QUIT with a fault; a letter sent again would be a repetition."""
    lines: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        in_letter = False
        while line := await reader.readline():
            lines.append(line)
            if in_letter:
                in_letter = line != b".\r\n"
                if in_letter:
                    continue
            verb = line[:4].upper()
            in_letter = verb == b"DATA"
            writer.write({b"DATA": b"354 go\r\n", b"QUIT": b"554 no\r\n"}.get(verb, b"250 fine\r\n"))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        await to(Mailbox(server.sockets[0].getsockname()[1])).send(notice())
    assert any(line.startswith((b"quit", b"QUIT")) for line in lines)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


async def test_starttls_and_sign_in(certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context, path = certificate

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"zhilu", b"secret"), handled=False)

    with mail_server(tls_context=context, require_starttls=True, authenticator=sign_in, auth_required=True) as mailbox:
        given = {"smtp_tls": "starttls", "smtp_user": "zhilu", "smtp_password": "secret"}
        assert not (await refused(to(mailbox, **given))).permanent, "a certificate nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        await to(mailbox, **given).send(notice())
        assert (await refused(to(mailbox, **given | {"smtp_password": "wrong"}))).permanent
        assert (await refused(to(mailbox))).permanent, "without TLS the server takes nothing"
        assert len(mailbox.letters) == 1


async def test_implicit_tls(certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context, path = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with mail_server(ssl_context=context) as mailbox:
        await to(mailbox, smtp_tls="implicit").send(notice())
        assert len(mailbox.letters) == 1


async def test_a_server_without_settings_passes_on_at_once() -> None:
    email = EmailChannel(settings())
    assert (await refused(email)).permanent
