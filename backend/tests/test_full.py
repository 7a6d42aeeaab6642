"""A disk that is full: what was confirmed stays, what was refused is no part of anything.

The limit on a file's size is set on the running server from outside: every write that would make a
file grow fails then, of pictures, of records and of the queue alike, and works again afterwards.
"""

import subprocess
import sys

import pytest

from .shooting import GREEN, RED, Shooting, code, cutout, list_files, until
from .test_killed import Server, newest, servers  # noqa: F401

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's prlimit here")


def limit(server: Server, size: int) -> None:
    import resource

    hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def test_what_does_not_fit_is_refused_by_name_and_fits_later(servers, data):  # noqa: F811
    server, booth = servers(stderr=subprocess.DEVNULL)  # no file that could be full
    shooting = Shooting.begin(booth)
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 201
    before = list_files(data)
    limit(server, 0)
    for _ in range(3):
        assert code(shooting.put(shutter, 1, cutout(GREEN))) == (507, "not_kept")
    assert list_files(data) == before
    limit(server, -1)
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 200
    assert shooting.put(shutter, 1, cutout(GREEN)).status_code in (200, 201)
    until(lambda: newest(shooting, shutter.shot), seconds=60)


def test_a_print_that_does_not_fit_is_made_later(servers, data):  # noqa: F811
    server, booth = servers(stderr=subprocess.DEVNULL)  # no file that could be full
    shooting = Shooting.begin(booth)
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 201
    assert shooting.put(shutter, 1, cutout(GREEN)).status_code == 201
    shooting.changed(lambda m: m.state == "printing")
    limit(server, 4096)
    shooting.changed(lambda m: m.state == "printing" and m.progress == 0.5)
    with pytest.raises(AssertionError):
        until(lambda: newest(shooting, shutter.shot), seconds=4)
    assert shooting.get(f"/a/{shooting.album}").status_code == 200
    limit(server, -1)
    until(lambda: newest(shooting, shutter.shot), seconds=60)
    assert server.process.poll() is None
