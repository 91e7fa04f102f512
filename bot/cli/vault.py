"""`zhilu admin vault-key` and `vault-encrypt`: encryption of files at rest."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import Console
from bot.keeping import cipher_of, vault_of
from bot.settings import Settings
from models.cipher import make_key
from models.errors import Unavailable


def add_to(group: typer.Typer, console: Console) -> None:
    t = console.t

    @group.command("vault-key", help=t("Make a key file for encrypting stored files; only its owner may read it."))
    def vault_key(
        path: Annotated[Path, typer.Argument(help=t("New file, outside the data folder."), metavar="FILE")],
    ) -> None:
        if path.resolve().is_relative_to(Settings().data.resolve()):
            raise Unavailable("vault.key_inside", path=str(path))
        try:
            make_key(path)
        except OSError as cause:
            raise Unavailable("vault.key_unwritable", path=str(path), reason=cause.strerror or "") from cause
        console.say(t("The key lies in {path}. Set ZHILU_VAULT_KEY_FILE to it and start the service anew.", path=path))
        console.say(t("Keep a copy in a safe place, apart from the backups: without it no stored file can be read."))

    @group.command("vault-encrypt", help=t("Encrypt what was stored before there was a key."))
    def vault_encrypt() -> None:
        from bot.transports.webchat.botapi.files import FileStore

        settings = Settings()
        chat = FileStore(settings.data / "webchat", cipher_of(settings))
        count = sum(1 for _ in chain(vault_of(settings).encrypt_old(), chat.encrypt_old()))
        console.say(t.plural("{n} file encrypted.", "{n} files encrypted.", count))
