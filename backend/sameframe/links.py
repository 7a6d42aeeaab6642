"""Where someone comes from, and where a link leads, also as a QR code."""

import io
from ipaddress import ip_address, ip_network

import segno
from starlette.requests import Request

from sameframe import errors

_INK = "#1c1b19"
_ORIGIN_MAX = 300  # a host's name has 253 characters at most; drawing 2,000 takes a second


def link(request: Request, path: str, public_origin: str | None) -> str:
    """Return the whole address of one of our paths; raises WrongOrigin for an endless host."""
    origin = public_origin or str(request.base_url).rstrip("/")
    if len(origin) > _ORIGIN_MAX:
        raise errors.WrongOrigin
    return origin + path


def qr_code(address: str, title: str) -> bytes:
    """Draw a link as SVG, dark on light whatever the page's colours."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", dark=_INK, light="#fff", border=4, scale=8,
        title=title, omitsize=True, xmldecl=False,
    )  # fmt: skip
    return drawing.getvalue()


def neighbourhood(request: Request) -> str:
    """Return whom a limit counts: an IPv4 address, or the /64 that one household has of IPv6."""
    if request.client is None:
        return "local"
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return request.client.host
    return str(ip_network((address, 64 if address.version == 6 else 32), strict=False))
