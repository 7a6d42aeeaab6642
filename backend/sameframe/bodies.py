"""The body of a request: no more is read than may come, and for no longer than it may take."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.requests import Request

from sameframe import errors

EDIT_BYTES = 16 * 1024  # of the forms that change a picture
HEAD = 32
_FORM_S = 30
_FIELDS_MAX = 500


class Limit(NamedTuple):
    """How many bytes a body may have, and what is said of one with more."""

    size: int
    error: type[errors.SameframeError]


async def body(
    request: Request, most: int, within_s: float, too_large: type[errors.SameframeError]
) -> bytes:
    """Return the body; raises `too_large` above `most` bytes, UploadLate after `within_s`."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise too_large
    found = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                found += chunk
                if len(found) > most:
                    raise too_large
    except TimeoutError:
        raise errors.UploadLate from None
    return bytes(found)


async def stored(
    request: Request, path: Path, limit: Callable[[bytes], Limit], within_s: float
) -> bytes:
    """Write the body into a file and return its first HEAD bytes, of which its limit follows.

    Raises that limit's error, UploadLate after `within_s`.
    """
    announced = request.headers.get("content-length", "")
    size, head, most = 0, b"", None
    try:
        with path.open("wb") as file:
            async with asyncio.timeout(within_s):
                async for chunk in request.stream():
                    size += len(chunk)
                    head = (head + chunk)[:HEAD] if len(head) < HEAD else head
                    if most is None and (len(head) >= HEAD or not chunk):
                        most = limit(head)
                        if announced.isdecimal() and int(announced) > most.size:
                            raise most.error
                    if most is not None and size > most.size:
                        raise most.error
                    # What is written waits in the system's cache: no thread for 64 KB.
                    file.write(chunk)
    except TimeoutError:
        raise errors.UploadLate from None
    return head


async def fields(request: Request, most: int) -> dict[str, str]:
    """Return a form's fields; raises FormTooLarge above `most` bytes, UploadLate, BadForm."""
    form = await body(request, most, _FORM_S, errors.FormTooLarge)
    try:
        found = parse_qs(form.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError as fault:
        raise errors.BadForm from fault
    return {name: values[-1] for name, values in found.items()}
