"""The fields of a form that a page sends."""

from urllib.parse import parse_qs

from starlette.requests import Request

from sameframe import errors

EDIT_BYTES = 16 * 1024  # of the forms that change a picture
_FIELDS_MAX = 500


async def fields(request: Request, most: int) -> dict[str, str]:
    """Return a form's fields; raises FormTooLarge above `most` bytes, BadForm."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise errors.FormTooLarge
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError as fault:
        raise errors.BadForm from fault
    return {name: values[-1] for name, values in found.items()}
