"""Closed lids, lost networks, killed servers: an orderly absence, and the own place on return."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from conftest import CAMERA_FPS, Launch, NewGuest, Server
from guest import PICTURE_MS, Guest, meet
from playwright.sync_api import WebSocketRoute, expect

BO_IS_AWAY = "() => window.sameframe.booth.guests.value.some((g) => g.name === 'Bo' && !g.here)"
BO_IS_HERE = "() => window.sameframe.booth.guests.value.some((g) => g.name === 'Bo' && g.here)"


@contextmanager
def lid_closed(person: str) -> Iterator[None]:
    """Freeze the whole browser of a person, as a laptop does that sleeps."""
    ours = psutil.Process().children(recursive=True)  # and nobody else's on this machine
    frozen = [process for process in ours if _is_browser_of(person, process)]
    family = [*frozen, *(child for p in frozen for child in p.children(recursive=True))]
    for process in family:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(family):
            os.kill(process.pid, signal.SIGCONT)


def _is_browser_of(person: str, process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    return any(w.endswith(f"person{person}-{CAMERA_FPS}.y4m") for w in words) and not any(
        w.startswith("--type=") for w in words
    )


def place_bo(b: Guest) -> None:
    """Put Bo where the row would not."""
    b.page.evaluate(
        """() => {
          const { scene, me, placeLayer } = window.sameframe.booth;
          const own = scene.value.layers.find((layer) => layer.guest === me.value);
          placeLayer.call(window.sameframe.booth, { ...own, x: 0.8, scale: 0.5, y: 0.75 });
        }"""
    )
    b.until(
        "() => window.sameframe.booth.scene.value.layers.some((l) => Math.abs(l.x - 0.8) < 0.01)"
    )


def back_in_place(a: Guest, b: Guest, before: str) -> None:
    """Check that Bo is the same guest in the same place, and live on both stages."""
    for person in (a, b):
        person.until(BO_IS_HERE, timeout=PICTURE_MS)
        person.wait_for_guests("Ada", "Bo")
    assert b.me()["id"] == before
    layers = a.page.evaluate("() => window.sameframe.booth.scene.value.layers")
    own = next(layer for layer in layers if layer["guest"] == before)
    assert abs(own["x"] - 0.8) < 0.01
    assert abs(own["scale"] - 0.5) < 0.01
    assert len(a.stats()["guests"]) == 2


def test_a_closed_lid_is_an_absence_and_opening_it_a_return(guest: NewGuest) -> None:
    a, b = guest("A"), guest("B")
    meet(a, b)
    place_bo(b)
    before = b.me()["id"]
    with lid_closed("B"):
        a.until(BO_IS_AWAY)
        # Who is away is not drawn, and nothing stands in for them.
        a.until("() => window.sameframe.booth.boxes.value.length === 1")
    back_in_place(a, b, before)


def test_a_network_lost_for_twenty_seconds_comes_back_by_itself(guest: NewGuest) -> None:
    a, b = guest("A"), guest("B")
    lost: list[bool] = []

    def carry(socket: WebSocketRoute) -> None:
        if lost:
            socket.close(code=4999)
            return
        server = socket.connect_to_server()
        socket.on_message(lambda data: None if lost else server.send(data))
        server.on_message(lambda data: None if lost else socket.send(data))

    b.page.route_web_socket("**/socket", carry)
    meet(a, b)
    place_bo(b)
    before = b.me()["id"]
    lost.append(True)
    b.until("() => window.sameframe.booth.link.value === 'reconnecting'")
    a.until(BO_IS_AWAY)
    assert b.stage.is_visible()  # the stage stays, with a line over it
    ticks = b.stats()["stage"]["ticks"]
    b.until("(end) => performance.now() >= end", b.page.evaluate("() => performance.now() + 2e4"))
    assert b.stats()["stage"]["ticks"] > ticks  # it goes on without a network
    lost.clear()
    b.until("() => window.sameframe.booth.link.value === 'open'")
    back_in_place(a, b, before)


def test_a_killed_server_is_waited_for(browser: Launch, tmp_path: Path) -> None:
    server = Server(tmp_path / "log")
    context = browser("A").new_context(base_url=server.url, locale="en")
    try:
        a = Guest(context)
        a.start_room()
        a.join("Ada")
        a.wait_for_guests("Ada")
        server.kill()
        a.until("() => window.sameframe.booth.link.value === 'reconnecting'")
        a.next_ticks(30)  # the stage goes on
        server.start()
        # Rooms live in memory: the new server knows none, and one is told so.
        expect(a.button("Start a new room")).to_be_visible()
    finally:
        context.close()
        server.stop()
