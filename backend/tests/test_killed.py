"""A server that is killed (kill -9) loses nothing that it confirmed, and goes on where it was."""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from sameframe.settings import Settings

from .conftest import Booth
from .shooting import BLUE, GREEN, RED, Shooting, code, cutout, until
from .test_takes import Uploading, film

ROOT = Path(__file__).parents[2]


class Server:
    """The server as its own process, on a port of its choice."""

    def __init__(self, static: Path, **options: int):
        paths = os.pathsep.join([str(ROOT / "backend"), str(ROOT / "py_worker")])
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from sameframe.cli import main; main()", "serve", "--port=0"],
            env={**os.environ, "PYTHONPATH": paths, "SAMEFRAME_STATIC": str(static)},
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline())[1])

    def end(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        self.process.stdout.close()
        return self.process.wait(timeout=30)


@pytest.fixture
def servers(static):
    """Return a function that starts servers one after the other; the last is stopped well."""
    started: list[Server] = []
    with ExitStack() as connections:

        def start(**options: int) -> tuple[Server, Booth]:
            server = Server(static, **options)
            started.append(server)
            return server, Booth(server.port, lambda: None, connections)

        yield start
    assert started[-1].end(signal.SIGTERM) in (0, -signal.SIGTERM)


def newest(shooting: Shooting, shot: str) -> httpx2.Response | None:
    """Return the shot's print as it is now, or None."""
    answer = shooting.get(f"/a/{shooting.album}/{shot}/99.png", follow_redirects=True)
    return answer if answer.status_code == 200 else None


@pytest.mark.parametrize("when", ["expecting", "printing"])
def test_the_print_is_made_by_the_next_server(servers, when):
    first, booth = servers()
    shooting = Shooting.begin(booth)
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 201
    if when == "printing":
        assert shooting.put(shutter, 1, cutout(GREEN)).status_code == 201
        shooting.changed(lambda m: m.state == "printing")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL

    booth = servers()[1]
    after = replace(shooting, booth=booth)
    print_ = until(lambda: newest(after, shutter.shot))
    assert print_.headers["content-type"] == "image/png"
    # Whoever got an answer gets the same again; whoever did not is let in, without the room.
    assert after.put(shutter, 0, cutout(RED)).status_code == 200
    if when == "expecting":
        assert print_.url.path.endswith("/1.png")
        assert after.put(shutter, 1, cutout(GREEN)).status_code == 201
        until(lambda: newest(after, shutter.shot).url.path.endswith("/2.png"))
    assert code(after.put(shutter, 1, cutout(BLUE), token="x" * 32)) == (403, "bad_guest_token")


def test_nothing_is_kept_twice_of_what_a_kill_interrupted(servers):
    first, booth = servers()
    shooting = Shooting.begin(booth)
    shutter = shooting.shoot()
    for n in range(2):
        shooting.put(shutter, n)
    shooting.changed(lambda m: m.state == "printed")
    first.end(signal.SIGKILL)
    folder = Settings().data / "files" / shooting.album / shutter.shot
    before = sorted(path.name for path in folder.iterdir())
    booth = servers()[1]
    after = replace(shooting, booth=booth)
    assert after.put(shutter, 0).status_code == 200
    assert sorted(path.name for path in folder.iterdir()) == before
    assert len(before) == 5


def test_a_take_goes_on_where_a_kill_interrupted_it(servers):
    first, booth = servers()
    uploading = Uploading(Shooting.begin(booth))
    path = uploading.announce(film()).headers["location"]
    uploading.append(path, 0, film()[:2000])
    first.end(signal.SIGKILL)
    uploading.url = servers()[1].url  # which knows nothing of the room
    assert uploading.offset(path) == 2000
    assert uploading.append(path, 2000, film()[2000:]).status_code == 204
    take = f"/a/{uploading.shooting.album}/{path.rsplit('/', 1)[-1]}/take.mp4"
    assert httpx2.get(uploading.url + take).content == film()
