"""`zhilu serve`, `zhilu demo`, `zhilu worker`: what runs until it is stopped."""

import asyncio
import shutil
import signal
import socket
import sys
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated

import segno
import typer
from sqlmodel import col, select

from bot.cli.console import Console, existing_database
from bot.keeping import vault_of
from bot.settings import Settings
from models.database import Database, migrate
from models.errors import Denied, InvalidInput, Unavailable
from models.tables import Agency, DemoClock, Officer

if TYPE_CHECKING:
    from bot.app import Application

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - names the addresses, binds nothing


def add_to(app: typer.Typer, console: Console) -> None:
    t = console.t
    host_help, port_help = t("Address to listen on."), t("Port to listen on.")

    @app.command("serve", help=t("Run the service: web chat, Telegram when a token is set, reminders, workers."))
    def serve(
        host: Annotated[str | None, typer.Option(help=host_help)] = None,
        port: Annotated[int | None, typer.Option(help=port_help, min=1, max=65535)] = None,
    ) -> None:
        settings = settings_for(host, port)
        _run(settings, _serve(console, settings))

    @app.command("demo", help=t("Run a demonstration with invented agencies and people; it resumes where it stopped."))
    def demo(
        fresh: Annotated[bool, typer.Option("--fresh", help=t("Forget the last demonstration first."))] = False,
        host: Annotated[str | None, typer.Option(help=host_help)] = None,
        port: Annotated[int | None, typer.Option(help=port_help, min=1, max=65535)] = None,
    ) -> None:
        settings = settings_for(host, port)
        _run(settings, _demo(console, settings, fresh))

    @app.command("worker", help=t("Work off queued jobs of the shared database, on this or another machine."))
    def worker(
        kinds: Annotated[list[str] | None, typer.Option("--kind", help=t("Kind of job; may be repeated."))] = None,
    ) -> None:
        from bot.jobs.kinds import KINDS
        from bot.jobs.worker import run_worker

        unknown = sorted(set(kinds or ()) - set(KINDS))
        if unknown:
            raise typer.BadParameter(t("Unknown: {kinds}. There are: {known}.", kinds=unknown, known=sorted(KINDS)))
        settings = Settings()
        existing_database(settings)
        asyncio.run(run_worker(settings, kinds or ["transcription"]))


def settings_for(host: str | None, port: int | None) -> Settings:
    """Settings with the address asked for; on every address, links name the one other devices reach."""
    settings = Settings()
    settings = settings.model_copy(update={"host": host or settings.host, "port": port or settings.port})
    if settings.host in _EVERY and not settings.public_url:
        return settings.model_copy(update={"public_url": f"http://{own_address()}:{settings.port}"})
    return settings


def own_address() -> str:
    """This machine's address on its network. Nothing is sent: connecting a datagram socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _run(settings: Settings, work: Awaitable[None]) -> None:
    try:
        asyncio.run(_until_stopped(work))
    except OSError as cause:
        reason = cause.strerror or str(cause)
        raise Unavailable("server.no_address", host=settings.host, port=settings.port, reason=reason) from cause


async def _until_stopped(work: Awaitable[None]) -> None:
    """Run until SIGINT or SIGTERM, which both end everything in good order."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return


async def _serve(console: Console, settings: Settings) -> None:
    from bot.app import serve

    def ready(application: "Application") -> None:
        _complain_of_packs(console, application)
        console.say(console.t("Ready: {url}", url=settings.base_url))

    await serve(settings, on_ready=ready)


def _complain_of_packs(console: Console, application: "Application") -> None:
    """Packs on disk that nothing new begins under, each with what to do about it."""
    for pack_id in sorted(application.shelf.refused):
        version = application.shelf.on_disk[pack_id].version
        console.complain(Unavailable("pack.changed", pack=pack_id, version=version))


async def _demo(console: Console, settings: Settings, fresh: bool) -> None:
    from bot.app import serve

    await prepare_demo(settings, fresh=fresh)
    await serve(settings, on_ready=lambda application: _banner(console, application))


async def prepare_demo(settings: Settings, *, fresh: bool) -> None:
    """A database that holds a demonstration, old or new. Raises Denied `demo.not_demo`: a real one is never touched;
    InvalidInput `demo.fresh_needs_sqlite`."""
    await asyncio.to_thread(migrate, settings.database)
    database = Database(settings.database)
    try:
        if await _holds_demo(database, settings) and fresh:
            if not database.is_sqlite or settings.database_url:
                raise InvalidInput("demo.fresh_needs_sqlite")
            await database.close()
            await asyncio.to_thread(_clear, settings)
            await asyncio.to_thread(migrate, settings.database)
            database = Database(settings.database)
            await _holds_demo(database, settings)
    finally:
        await database.close()


async def _holds_demo(database: Database, settings: Settings) -> bool:
    """True when there was a demonstration before; an empty database is made one."""
    from bot.clock import domain_now
    from bot.demo import seed
    from bot.shelf import load_shelf
    from bot.work import Work

    async with database.transaction() as session:
        if await session.get(DemoClock, 1) is not None:
            return True
        if (await session.exec(select(Agency.id).limit(1))).first() is not None:
            raise Denied("demo.not_demo", path=str(settings.data))
        await seed(Work(session, await domain_now(session), vault_of(settings), load_shelf(settings), settings))
    return False


def _clear(settings: Settings) -> None:
    for name in ("zhilu.db", "zhilu.db-wal", "zhilu.db-shm"):
        (settings.data / name).unlink(missing_ok=True)
    for folder in (settings.vault, settings.data / "webchat"):
        shutil.rmtree(folder, ignore_errors=True)


async def _banner(console: Console, application: "Application") -> None:
    """Who may sign in, and how. QR codes only where a phone could follow them."""
    from bot.use_cases.admin import sign_in_link
    from bot.views.roles import role_name

    settings, t = application.settings, console.t
    _complain_of_packs(console, application)
    with_codes = settings.host not in _LOCAL or bool(settings.public_url)
    console.say(t("Zhilu demonstration at {url}; data in {folder}", url=settings.base_url, folder=settings.data))
    console.say(t("Each link signs one person in, once. Move the clock in the chat, for example: /clock +25h"))
    async with application.database.transaction() as session:
        work = await application.make_work(session)
        people = await session.exec(
            select(Officer, Agency)
            .join(Agency, col(Agency.id) == col(Officer.agency_id))
            .where(col(Officer.active))
            .order_by(col(Officer.agency_id), col(Officer.id))
        )
        agency_id = None
        for officer, agency in people.all():
            if agency.id != agency_id:
                console.say(f"\n{agency.name}")
                agency_id = agency.id
            roles = t(", ").join(role_name(t, role) for role in officer.roles)
            link = await sign_in_link(work, officer)
            console.say(f"  {officer.name} ({roles})\n    {link}")
            if with_codes and set(officer.roles) & {"officer", "supervisor"}:
                segno.make(link, error="l").terminal(out=sys.stdout, compact=True)
    sys.stdout.flush()
