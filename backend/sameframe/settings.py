"""What can be set from outside: environment variables SAMEFRAME_*, plain HOST and PORT."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_PACKAGED = Path(__file__).parent / "static"
_CHECKOUT = Path(__file__).parents[2] / "static"


class Settings(BaseSettings):
    """The server's settings; a field `x` is read from SAMEFRAME_X.

    `data` is the folder of everything that is kept. `database` (postgresql://…, with
    the extra `postgresql` installed) and `storage` (file:///…, s3://bucket/prefix with AWS_* beside
    it) move records and pictures elsewhere.
    Guests of a room may bring `backdrops` backgrounds, `backdrops_mb` megabytes of all sizes.
    `maker` draws what guests wish for, `wishes_per_hour` of a room: "procedural", "openai" (any
    server with the OpenAI images API at `openai_url`, with `openai_key` where it wants one, by
    `openai_model`, within `openai_s`), or "diffusers" (the extra; folders of pipelines in
    `diffusers_text`, `diffusers_image`, `diffusers_video`).
    One recording may have `take_mb` megabytes, all of an album together `takes_mb`.
    Albums are deleted `album_days` after their last shot; never, if that is "none".
    """

    model_config = SettingsConfigDict(
        env_prefix="SAMEFRAME_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    host: str | None = Field(None, validation_alias=AliasChoices("SAMEFRAME_HOST", "HOST", "host"))
    port: int = Field(
        8000, ge=0, le=65_535, validation_alias=AliasChoices("SAMEFRAME_PORT", "PORT", "port")
    )
    tls: bool = False
    public_url: HttpUrl | None = None
    static: Path = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT

    capacity: int = Field(8, ge=1, le=50)
    stun: Annotated[tuple[str, ...], NoDecode] = ()
    rooms_max: int = Field(10_000, ge=1)
    room_idle_h: float = Field(24, gt=0)
    rooms_per_hour: int = Field(120, ge=1)

    data: Path = Path("data")
    database: str | None = None
    storage: str | None = None
    album_days: float | None = Field(30, gt=0)
    uploads_per_minute: int = Field(300, ge=1)
    take_mb: int = Field(2_000, ge=1)
    takes_mb: int = Field(10_000, ge=1)
    backdrops: int = Field(30, ge=0)
    backdrops_mb: int = Field(150, ge=1)

    maker: Literal["procedural", "openai", "diffusers"] = "procedural"
    wishes_per_hour: int = Field(40, ge=0)
    openai_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    openai_key: SecretStr | None = None
    openai_model: str = "gpt-image-1"
    openai_s: float = Field(180, gt=0)
    diffusers_text: Path | None = None
    diffusers_image: Path | None = None
    diffusers_video: Path | None = None

    hello_s: float = Field(10, gt=0)
    heartbeat_s: float = Field(4, gt=0)
    write_s: float = Field(5, gt=0)
    outbox_bytes: int = Field(512 * 1024, ge=1024)
    messages_per_10_s: int = Field(600, ge=1)

    @field_validator("stun", mode="before")
    @classmethod
    def _by_comma(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(url.strip() for url in value.split(",") if url.strip())
        return value

    @field_validator("stun")
    @classmethod
    def _stun_url(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(url.startswith(("stun:", "stuns:")) for url in value):
            raise ValueError("write stun:host:port, several with commas between")
        return value

    @field_validator("maker")
    @classmethod
    def _there(cls, value: str) -> str:
        needs = {"openai": "httpx2", "diffusers": "diffusers"}.get(value)
        if needs and find_spec(needs) is None:
            raise ValueError(f"install it first: pip install 'sameframe[{value}]'")
        return value

    @field_validator("album_days", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return None if value == "none" else value

    @property
    def storage_url(self) -> str:
        """Return where pictures are kept: a folder beside the records unless told otherwise."""
        return self.storage or (self.data.absolute() / "files").as_uri()

    @property
    def records_url(self) -> str:
        """Return the database of albums, in SQLAlchemy's form."""
        if self.database and self.database.startswith(("postgres://", "postgresql://")):
            return f"postgresql+psycopg://{self.database.partition('://')[2]}"
        return self.database or f"sqlite:///{self.data.absolute() / 'sameframe.db'}"

    @property
    def bind_host(self) -> str:
        """Return the address to listen on: this machine only, but the LAN under TLS."""
        return self.host or ("0.0.0.0" if self.tls else "127.0.0.1")

    @property
    def public_origin(self) -> str | None:
        """Return the address people use, without a slash at its end, where it is known."""
        return str(self.public_url).rstrip("/") if self.public_url else None


def explained(fault: ValidationError) -> str:
    """Say in one line per setting what is wrong with it."""
    lines = []
    for error in fault.errors():
        name = str(error["loc"][0]).upper().removeprefix("SAMEFRAME_")
        name = name if name in ("HOST", "PORT") else f"SAMEFRAME_{name}"
        lines.append(f"{name}: {error['msg']}, not {error['input']!r}")
    return "\n".join(lines)
