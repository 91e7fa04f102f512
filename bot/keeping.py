"""The vault as the settings describe it."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from models.cipher import Cipher, load_cipher
from models.vault import Vault


def cipher_of(settings: Settings) -> Cipher | None:
    """The cipher of files at rest, when a key file is named. Raises Unavailable `vault.key_unreadable`,
    `vault.key_open`."""
    return load_cipher(Path(settings.vault_key_file)) if settings.vault_key_file else None


def vault_of(settings: Settings, root: Path | None = None) -> Vault:
    """The vault, at `root` instead of its own folder for one that is being put back."""
    return Vault(root or settings.vault, cipher_of(settings))
