"""Forms as browsers send them."""

from urllib.parse import parse_qs

from starlette.requests import Request

from sameframe import errors

FORM_BYTES = 16 * 1024
_FIELDS = 500


async def fields_of(request: Request) -> dict[str, str]:
    """Return the form's fields; of one name the last counts. Raises BadForm."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise errors.BadForm
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as fault:
        raise errors.BadForm from fault
    return {name: values[-1] for name, values in found.items()}
