"""Starting the server from the command line, well and badly."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError
from sameframe import tls
from sameframe.cli import opening
from sameframe.settings import Settings, explained

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Start from an environment that sets nothing of ours."""
    for name in list(os.environ):
        if name in ("HOST", "PORT") or (name.startswith("SAMEFRAME_") and "DATA" not in name):
            monkeypatch.delenv(name)


def start(*arguments: str, **environment: str) -> subprocess.Popen:
    paths = os.pathsep.join([str(ROOT / "backend"), str(ROOT / "py_worker")])
    return subprocess.Popen(
        [sys.executable, "-c", "from sameframe.cli import main; main()", "serve", *arguments],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def running():
    """Start servers that are stopped as a person does it, and must end well."""
    started = []

    def run(*arguments: str, **environment: str) -> str:
        process = start(*arguments, **environment)
        started.append(process)
        return process.stdout.readline()

    yield run
    for process in started:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode in (0, -signal.SIGINT), err
        assert "Traceback" not in err


def test_serve_prints_a_link_that_opens(running):
    line = running("--port", "0")
    link = re.fullmatch(r"Sameframe is open: (http://localhost:\d+/)\n", line)[1]
    assert httpx2.get(f"{link}healthz").json() == {"status": "ok"}


def test_host_and_port_are_honoured_plain(running):
    line = running(HOST="127.0.0.1", PORT="0")
    assert line.startswith("Sameframe is open: http://localhost:")


def test_tls_serves_with_a_certificate_made_on_the_spot(running):
    line = running("--tls", "--port", "0", "--host", "127.0.0.1")
    link = re.fullmatch(r"Sameframe is open: (https://localhost:\d+/)\n", line)[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    answer = httpx2.get(f"{link.replace('localhost', '127.0.0.1')}healthz", verify=context)
    assert answer.json() == {"status": "ok"}


def test_a_taken_port_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _, err = start("--port", str(port)).communicate(timeout=30)
    assert err == f"Port {port} is taken. Choose another: sameframe serve --port {port + 1}\n"


def test_bad_settings_are_said_in_one_line():
    process = start(PORT="eighty")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert re.fullmatch(r"PORT: .*'eighty'\n", err)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SAMEFRAME_CAPACITY", "0"),
        ("SAMEFRAME_STUN", "http://x"),
        ("SAMEFRAME_PUBLIC_URL", "ftp://x"),
        ("PORT", "70000"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError) as fault:
        Settings()
    assert explained(fault.value).startswith(f"{variable}: ")


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SAMEFRAME_STUN", "stun:a:1, stun:b:2")
    monkeypatch.setenv("SAMEFRAME_PORT", "1")
    monkeypatch.setenv("PORT", "2")
    monkeypatch.setenv("SAMEFRAME_PUBLIC_URL", "https://booth.example/")
    settings = Settings(capacity=3)
    assert settings.stun == ("stun:a:1", "stun:b:2")
    assert (settings.port, settings.capacity) == (1, 3)
    assert settings.public_origin == "https://booth.example"


def test_under_tls_the_lan_is_served_and_told():
    settings = Settings(tls=True)
    assert settings.bind_host == "0.0.0.0"
    assert Settings().bind_host == "127.0.0.1"
    lines = opening(settings, 8443)
    assert lines[0] == "Sameframe is open: https://localhost:8443/"
    assert [a for a in tls.lan_addresses() if f"https://{a}:8443/" not in "\n".join(lines)] == []
    assert "warn once" in lines[-1]


def test_a_certificate_names_every_address():
    context = tls.certificate_for(["192.0.2.7"])
    mine, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    a = client.wrap_bio(mine, theirs)
    b = context.wrap_bio(theirs, mine, server_side=True)
    done = set()
    while len(done) < 2:
        for side in (a, b):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue
    assert b"\xc0\x00\x02\x07" in a.getpeercert(binary_form=True)
