"""The grown engines for tests, each a real server on loopback: PostgreSQL, and an S3 API."""

import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

_KEYS = {"AWS_ACCESS_KEY_ID": "booth", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


class S3:
    """moto's server with an empty bucket; what it holds is there again after a stop and a start."""

    def __init__(self) -> None:
        self._port = _free_port()
        url = f"http://127.0.0.1:{self._port}"
        # In which s3://booth is the bucket.
        self.environment = {"AWS_ENDPOINT_URL": url, "AWS_ALLOW_HTTP": "true", **_KEYS}
        self.start()
        assert httpx2.put(f"{url}/booth").status_code == 200

    def start(self) -> None:
        """Be there (again)."""
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer("127.0.0.1", port=self._port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        """Be gone."""
        self._server.stop()


@contextmanager
def s3() -> Iterator[S3]:
    """Run an S3 API while in use."""
    server = S3()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL of our own; yield the URL of an empty database."""
    found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default="")
    if not found:
        pytest.skip("there is no PostgreSQL here: install it, e.g. apt-get install postgresql")
    programs = Path(found).resolve().parent
    # Its server refuses to run as root: in a container it runs as the user of Debian's package.
    root = os.geteuid() == 0
    user = "postgres" if root else getpass.getuser()
    within = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if root else []
    folder = Path(tempfile.mkdtemp(prefix="sameframe-pg-", dir="/tmp"))  # a socket's path is short

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*within, programs / program, *arguments],
            check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    if root:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    # Nothing of it outlives the test, so it needs no disk.
    options = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c port={port} -c fsync=off"
    )
    try:
        run("initdb", "-A", "trust", "-U", user, "-D", str(data), "--no-sync", "-E", "UTF8")
        run("pg_ctl", "start", "-w", "-D", str(data), "-o", options, "-l", f"{folder}/log")
        try:
            yield f"postgresql://{user}@/postgres?host={folder}&port={port}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
