"""docs/PROTOCOL.md says what the code does."""

from pathlib import Path

from sameframe import errors, protocol

DOCUMENT = Path(__file__).parents[2] / "docs" / "PROTOCOL.md"


def test_committed_document_is_current():
    assert DOCUMENT.read_text() == protocol.document(), (
        "run: python -m sameframe.protocol docs/PROTOCOL.md"
    )


def test_codes_and_close_codes_name_one_error_each():
    catalogue = errors.catalogue()
    assert len({error.code for error in catalogue}) == len(catalogue)
    closes = [error.close for error in catalogue if error.close]
    assert len(set(closes)) == len(closes)
    assert all(close == 1000 or 4000 <= close <= 4999 for close in closes)


def test_what_closes_a_joined_guest_has_a_close_code():
    closing = {errors.Replaced, errors.TooSlow, errors.TooManyMessages, errors.HelloLate}
    assert all(error.close and not issubclass(error, errors.Told) for error in closing)
