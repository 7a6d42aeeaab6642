"""The command line: `sameframe serve`, `purge`, `export`, `import`."""

import errno
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import cyclopts
from pydantic import ValidationError

from sameframe import errors, logs, moving, serving
from sameframe.app import create_app, create_darkroom, create_hub, create_takes
from sameframe.db import Database
from sameframe.settings import Settings, explained
from sameframe.storage import Storage
from sameframe.tls import certificate_for, lan_addresses

main = cyclopts.App(name="sameframe", help="A group photo booth for people who are apart.")


@main.command
def serve(*, host: str | None = None, port: int | None = None, tls: bool | None = None) -> None:
    """Open the booth.

    Parameters
    ----------
    host
        The address to listen on; this machine only unless told otherwise (HOST).
    port
        The port to listen on, 8000 unless told otherwise (PORT).
    tls
        Serve the LAN over HTTPS with a certificate made on the spot.
    """
    given = {"host": host, "port": port, "tls": tls}
    settings = _settings({name: value for name, value in given.items() if value is not None})
    listener = _listen(settings.bind_host, settings.port)
    logs.configure()
    lines = opening(settings, listener.getsockname()[1])
    server = serving.server(
        create_app(settings),
        settings,
        tls=_certificate if settings.tls else None,
        opened=lambda: print(*lines, sep="\n", flush=True),
    )
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


@main.command
def purge() -> None:
    """Delete what has expired, as the server does every hour."""
    logs.configure()
    settings = _settings({})
    darkroom = create_darkroom(settings, create_hub(settings))
    create_takes(settings, darkroom)
    darkroom.purge()


@main.command(name="export")
def export_(album: str, *, to: Path | None = None) -> None:
    """Write an album, pictures and prints and all, as one file for another server.

    Parameters
    ----------
    album
        The last part of the album's link.
    to
        The file to write; the album's name with .zip unless told otherwise.
    """
    settings = _settings({})
    file = to or Path(f"sameframe-{album}.zip")
    beside = file.with_name(f"{file.name}.part")
    try:
        with beside.open("wb") as out:
            moving.write(*_kept(settings), album.rpartition("/")[2], out)
        beside.replace(file)
    except errors.SameframeError as error:
        beside.unlink()
        sys.exit(_said(error))
    print(f"Written: {file}")


@main.command(name="import")
def import_(file: Path) -> None:
    """Take in an album that another server exported; its link is as it was there.

    Parameters
    ----------
    file
        What `sameframe export` wrote.
    """
    settings = _settings({})
    try:
        link = moving.read(*_kept(settings), file)
    except errors.SameframeError as error:
        sys.exit(_said(error))
    print(f"Taken in: {settings.public_origin or ''}/a/{link}")


def _kept(settings: Settings) -> tuple[Database, Storage]:
    return Database(settings.records_url), Storage(settings.storage_url)


def _said(error: errors.SameframeError) -> str:
    return f"{error.__doc__.splitlines()[0]} {error.detail}".strip()


def opening(settings: Settings, port: int) -> list[str]:
    """Return what to tell whoever started the server: where it is open."""
    if settings.public_origin:
        return [f"Sameframe is open: {settings.public_origin}/"]
    scheme = "https" if settings.tls else "http"
    everywhere = settings.bind_host in ("0.0.0.0", "::")
    local = settings.bind_host in ("127.0.0.1", "::1", "localhost") or everywhere
    first = "localhost" if local else settings.bind_host
    lines = [f"Sameframe is open: {scheme}://{first}:{port}/"]
    if everywhere:
        # An invitation is made from the address it is opened under: localhost invites nobody.
        lines += [
            f"On your network:   {scheme}://{address}:{port}/ (open this one to invite others)"
            for address in lan_addresses()
        ]
    if settings.tls:
        lines.append(
            "The browser will warn once, because this certificate was made just now: "
            "choose Advanced, then Proceed."
        )
    elif everywhere:
        lines.append("Other machines' cameras need HTTPS: start with --tls.")
    return lines


def _settings(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as fault:
        sys.exit(explained(fault))


def _listen(host: str, port: int) -> Any:
    try:
        return serving.listen(host, port)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is taken. Choose another: sameframe serve --port {port + 1}")
        sys.exit(f"Can't listen on {host}:{port}: {fault.strerror}")


def _certificate() -> Any:
    return certificate_for(lan_addresses())
