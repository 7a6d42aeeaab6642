"""Ten thousand requests of one household: each is answered by name, and nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from .shooting import RED, Shooting, code, cutout, list_files

pytestmark = pytest.mark.usefixtures("small_prints")

REQUESTS = 10_000
HANDS = 4


def test_a_flood_is_refused_by_name_and_loses_nothing(booth, data):
    shooting = Shooting.begin(booth)
    shutter, printed = shooting.printed()
    before = list_files(data)
    room, guest = shooting.made.room, shooting.guests[0].welcome.you
    layer = f"/api/rooms/{room}/shots/{shutter.shot}/layers/{guest}?taken={shutter.at}"
    kinds = (
        ("PUT", layer, b"x" * 400, {"authorization": "Bearer " + "x" * 32}),
        ("GET", f"/a/{'b' * 25}", None, {}),
        ("GET", f"{printed.print.page}/..%2f..%2fsameframe.db", None, {}),
        ("POST", f"/a/{shooting.album}/revoke", b"", {"origin": booth.url}),
        ("DELETE", f"/api/albums/{shooting.album}/shots/{shutter.shot}", None, {}),
    )

    def flood(hand: int) -> Counter:
        connection, seen = HTTPConnection("127.0.0.1", booth.port, timeout=30), Counter()
        for n in range(REQUESTS // HANDS):
            method, path, body, headers = kinds[n % len(kinds)]
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            seen[method, answer.status] += 1
        connection.close()
        return seen

    with ThreadPoolExecutor(HANDS) as hands:
        seen = sum(hands.map(flood, range(HANDS)), Counter())
    assert seen.total() == REQUESTS
    assert seen.keys() == {
        ("PUT", 403), ("PUT", 429), ("GET", 404), ("POST", 403), ("DELETE", 403),
    }  # fmt: skip
    assert list_files(data) == before
    assert shooting.get(printed.print.jpeg).status_code == 200
    assert code(shooting.put(shutter, 0, cutout(RED))) == (429, "too_many_uploads")
    assert shooting.shoot().expects  # the room plays on
