"""Who may talk to us, and what a page of ours may do."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sameframe import errors

_CSP = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' blob: data:",
    "media-src": "'self' blob:",
    "style-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _CSP.items()),
    # Both isolate the page, which is what gives it threads and precise clocks.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    # The link is the key to the room.
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(self), microphone=(self)",
}


class SecureHeaders:
    """Add HEADERS to every answer, errors included."""

    def __init__(self, app: ASGIApp, hsts: bool):
        self._app = app
        self._headers = HEADERS | (
            {"strict-transport-security": "max-age=31536000"} if hsts else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding what an answer's start lacks."""

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, with_headers)


def check_origin(connection: HTTPConnection, public_origin: str | None) -> None:
    """Raise WrongOrigin unless a page of ours asks.

    The host is compared and not the scheme, which a proxy in front may hide.
    """
    hosts = {connection.headers.get("host", "").lower()}
    if public_origin:
        hosts.add(urlsplit(public_origin).netloc.lower())
    if urlsplit(connection.headers.get("origin", "")).netloc.lower() not in hosts - {""}:
        raise errors.WrongOrigin


def bearer(connection: HTTPConnection) -> str:
    """Return the token of the Authorization header, "" without one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
