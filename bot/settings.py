"""Settings, from environment variables `ZHILU_*` or a `.env` file. Every limit an agency may want to move is here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Sizes are bytes, times seconds, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="ZHILU_", env_file=".env", extra="ignore")

    data: Path = Path("var")
    database_url: str = ""  # default: SQLite inside `data`
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""  # what phones reach; default http://host:port
    vault_key_file: str = ""  # see `zhilu admin vault-key`; files are encrypted at rest with it
    packs: tuple[Path, ...] = ()  # folders with an agency's own packs
    lexicons: tuple[Path, ...] = ()  # folders with an agency's own dialect lexicons
    calendar: Path | None = None  # holiday arrangements of later years, shaped like dialogs/deadlines/calendar.yaml

    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = "https://api.telegram.org"  # or a local Bot API server
    telegram_calls: float = 30  # a second in all
    telegram_chat_calls: float = 1  # a second to one chat, after a few at once

    smtp_host: str = ""  # the agency's mail server; without one there is no e-mail
    smtp_port: int = 0  # default: 587 with starttls, 465 with implicit, 25 with none
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""  # the address that alerts come from
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"

    metrics_token: SecretStr = SecretStr("")  # asked of whoever reads /metrics; without one only this machine may

    whisper_model: str = ""  # name, path or ENGINE:MODEL; default: the verified base model
    whisper_models: Path | None = None  # folder with models by name; default: ~/.cache/zhilu/models
    whisper_device: Literal["auto", "cpu", "cuda"] = "auto"
    whisper_precision: str = ""  # default: int8 on a processor, float16 on a graphics card
    whisper_threads: int = 2
    speakers: Literal["spectral", "campplus"] = "spectral"  # how voices are told apart; campplus is an extra

    upload_bytes: int = 2 * 1024**3
    import_bytes: int = 64 * 1024**3  # films of a body camera, taken from a folder
    photo_bytes: int = 50 * 1024**2
    photo_pixels: int = 120_000_000
    recording_seconds: int = 4 * 3600
    session_days: int = 30
    link_minutes: int = 60 * 24

    tick_seconds: float = 5.0
    silence_seconds: float = 15 * 60  # a schedule silent for longer is told to the administrators
    jump_seconds: float = 10 * 60  # a system clock that leaps by more is not believed at once …
    jump_hold_seconds: float = 120  # … but after this long
    lease_seconds: int = 60
    workers: int = Field(default=1, ge=0)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{(self.data / 'zhilu.db').resolve()}"

    @property
    def vault(self) -> Path:
        return self.data / "vault"

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
