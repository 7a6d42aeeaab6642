"""The body of a request: no more is read than may come, and for no longer than it may take."""

import asyncio
from urllib.parse import parse_qs

from starlette.requests import Request

from sameframe import errors

EDIT_BYTES = 16 * 1024  # of the forms that change a picture
_FORM_S = 30
_FIELDS_MAX = 500


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


async def fields(request: Request, most: int) -> dict[str, str]:
    """Return a form's fields; raises FormTooLarge above `most` bytes, UploadLate, BadForm."""
    form = await body(request, most, _FORM_S, errors.FormTooLarge)
    try:
        found = parse_qs(form.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError as fault:
        raise errors.BadForm from fault
    return {name: values[-1] for name, values in found.items()}
