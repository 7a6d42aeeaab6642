"""Takes of one who is alone: in a tab that is hidden and killed, and without WebCodecs.

Apart from those of two, as a third booth beside theirs is more than two cores can do.
"""

import base64
from collections.abc import Callable
from pathlib import Path

import httpx2
import numpy as np
from bare import BareChromium, Tab
from conftest import NewGuest, Server
from taking import BY_NOW, FILE, FPS, LOST, cleared, frames, probed, rolls, taken


def seen(tab: Tab, server: Server, room: str) -> None:
    """Wait until somebody who has opened a room stands in it."""
    booth = "window.sameframe.booth"
    tab.until(f"{booth}.view.value === 'lobby'")
    tab.evaluate(f"({booth}.setName('Cy'), void {booth}.join())")
    tab.until("window.sameframe.stats().then((s) => s.guests.some((g) => g.fps > 0 && g.width))")


def test_a_hidden_tab_goes_on_recording_and_its_killed_browser_loses_a_second_at_most(
    server: Server, footage: Callable[[str], Path], tmp_path: Path
) -> None:
    made = httpx2.post(f"{server.url}/api/rooms", headers={"origin": server.url}).json()
    room = f"{server.url}/r/{made['room']}"
    browser = BareChromium(tmp_path / "profile", footage("A"))
    try:
        tab = browser.open(room)
        seen(tab, server, room)
        tab.evaluate("void window.sameframe.booth.takes.start()")
        tab.until("window.sameframe.booth.takes.now.value?.ms > 1000")
        tab.evaluate("""void (function count() {
          window.painted = (window.painted ?? 0) + 1;
          requestAnimationFrame(count);
        })()""")
        tab.until("window.painted > 2")
        browser.open("about:blank")
        tab.until("document.visibilityState === 'hidden'")
        painted, since = tab.evaluate("window.painted"), tab.evaluate(BY_NOW) / 1000
        tab.until(f"{BY_NOW} > {since * 1000} + 5000")
        assert tab.evaluate("window.painted") <= painted + 1  # hidden indeed: nothing is painted
        # What the stage drew in the last two seconds, and how long the take is by then.
        drawn, then = tab.evaluate(f"""window.sameframe.stats().then((told) =>
          [Math.min({FPS}, told.stage.fps) * 2, {BY_NOW} / 1000])""")
        tab.until(f"{BY_NOW} > {then * 1000} + 1500")
        lost = tab.evaluate(f"({LOST})()")
        length = tab.evaluate(BY_NOW) / 1000
        browser.kill()

        browser.start()
        data = browser.open(room).until(FILE)
    finally:
        browser.kill()
    file = tmp_path / "killed.mp4"
    file.write_bytes(base64.b64decode(data.partition(",")[2]))
    take = probed(file)
    video, audio = (np.array(take["times"][kind]) for kind in ("video", "audio"))
    assert length - 1 < min(video[-1], audio[-1]) < length + 1
    assert frames(file, 1280, 720).mean() > 10
    filmed = video[(video > then - 2) & (video <= then)]
    assert len(filmed) + lost >= 0.8 * drawn - 2


def test_without_webcodecs_the_browsers_recorder_does(guest: NewGuest, tmp_path: Path) -> None:
    a = guest("A")
    a.page.add_init_script("delete window.VideoEncoder; delete window.AudioEncoder;")
    a.start_room()
    a.join("Ada").wait_for_guests("Ada")
    for ends in ("stopped", "reloaded"):
        a.button("Record").click()
        rolls(a, 3_000)
        a.until("() => window.sameframe.booth.takes.now.value.bytes > 100_000")
        a.button("Stop recording").click() if ends == "stopped" else a.page.reload()
        file = tmp_path / f"{ends}.mp4"
        take = taken(a, file)
        assert (take["video"]["codec_name"], take["audio"]["codec_name"]) == ("vp9", "opus")
        assert (take["video"]["width"], take["video"]["height"]) == (1280, 720)
        assert take["duration"] > 2
        assert max(np.diff(take["times"]["audio"])) <= 0.2  # by its clock, in packets of 60 ms
        assert frames(file, 1280, 720).mean() > 10
        cleared(a)
    assert not a.errors
