"""uvicorn as we want it: used by the command line and by the tests."""

import socket
import ssl
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from sameframe import wire
from sameframe.settings import Settings

GRACE_S = 3
# After this long without any acknowledgement the kernel gives a connection up (Linux): without
# it, what waits to be sent to a machine that vanished is kept for a quarter of an hour.
UNACKNOWLEDGED_MS = 10_000


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen; port 0 takes a free one. Raises OSError when the port is taken."""
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


class Server(uvicorn.Server):
    """uvicorn, saying when it is open."""

    def __init__(self, config: uvicorn.Config, opened: Callable[[], None]):
        super().__init__(config)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does; from here on a signal ends it in good order."""
        await super().startup(sockets)
        self._opened()


def server(
    app: ASGIApp,
    settings: Settings,
    tls: Callable[[], ssl.SSLContext] | None = None,
    opened: Callable[[], None] = lambda: None,
) -> Server:
    """Return uvicorn for the application; `opened` is called once it answers.

    A guest who does not answer a heartbeat until the next is due is lost. At the end every socket
    is closed with 1012, "service restart".
    """
    return Server(
        uvicorn.Config(
            app,
            loop="auto",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=wire.MAX_MESSAGE_BYTES,
            ws_ping_interval=settings.heartbeat_s,
            ws_ping_timeout=settings.heartbeat_s,
            # A message is small, and compressing costs a window of memory per socket.
            ws_per_message_deflate=False,
            ssl_context_factory=(lambda config, default: tls()) if tls else None,
            timeout_graceful_shutdown=GRACE_S,
            # uvicorn's own lines name paths, and a room's path is its key.
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
        ),
        opened,
    )
