"""An album's pages in a real browser: takes trimmed, days by the reader's clock, news."""

import base64
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import NewGuest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

SECONDS = 6

# A guest in a room of their own, without camera or stage; resolves with the album's path.
ENTER = """async () => {
  const { room, host } = await (await fetch("/api/rooms", { method: "POST" })).json();
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/rooms/${room}/socket`);
  const welcome = await new Promise((heard) => {
    socket.onopen = () => socket.send(JSON.stringify(
      { type: "hello", name: "Ada", camera: "on", microphone: false, host }));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "welcome") heard(message);
      if (message.type === "shutter") window.shutter(message);
    };
  });
  Object.assign(window, { socket, room, host, welcome });
  const album = `/a/${welcome.album}`;
  const headers = { authorization: `Bearer ${welcome.token}` };
  await fetch(`${album}/guest`, { method: "POST", headers });
  return album;
}"""
# Uploads a film as the room's page does; resolves with the take's id.
UPLOAD = """async ([film, sha256]) => {
  const body = Uint8Array.from(atob(film), (c) => c.charCodeAt(0));
  const told = { sha256, width: "640", height: "360", ms: "6000" };
  const headers = { authorization: `Bearer ${welcome.token}` };
  const made = await fetch(`/api/rooms/${room}/takes`, { method: "POST", headers: {
    ...headers, "upload-length": String(body.length),
    "upload-metadata": Object.entries(told).map(([k, v]) => `${k} ${btoa(v)}`).join(","),
  } });
  const url = made.headers.get("location");
  await fetch(url, { method: "PATCH", body, headers: { ...headers, "upload-offset": "0" } });
  return url.split("/").at(-1);
}"""
# Takes a shot and sends a layer for it; resolves with the shot's id once it is printed.
SHOOT = """async (png) => {
  const shot = await new Promise((heard) => {
    window.shutter = heard;
    socket.send(JSON.stringify({ type: "shoot", seconds: 0 }));
  });
  const body = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const headers = { authorization: `Bearer ${welcome.token}`, "content-type": "image/png" };
  const layer = `/api/rooms/${room}/shots/${shot.shot}/layers/${welcome.you}?taken=${shot.at}`;
  const kept = await fetch(layer, { method: "PUT", body, headers });
  if (!kept.ok) throw new Error(await kept.text());
  for (const end = Date.now() + 30000; Date.now() < end; ) {
    if ((await fetch(`/a/${welcome.album}/${shot.shot}`)).ok) return shot.shot;
    await new Promise((again) => setTimeout(again, 100));
  }
}"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds as the recorder makes them: two key frames a second, every frame another."""
    file = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=30:duration={SECONDS}")
    sound = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")
    codecs = ("-c:v", "libx264", "-bf", "0", "-g", "15", "-pix_fmt", "yuv420p", "-c:a", "aac")
    whole = ("-movflags", "+faststart", "-y", file)
    subprocess.run(["ffmpeg", "-v", "error", *picture, *sound, *codecs, *whole], check=True)
    return file


class Party:
    """A guest with an album of their own, and the page that they are on."""

    def __init__(self, context: BrowserContext):
        self.context, self.room = context, context.new_page()
        self.room.goto("/a/nothing")
        self.album: str = self.room.evaluate(ENTER)

    def host(self) -> None:
        """Be the host in the album, too."""
        self.room.evaluate(
            "() => fetch(`/a/${welcome.album}/host`, { method: 'POST',"
            " headers: { authorization: `Bearer ${host}` } })"
        )

    def take(self, film: Path) -> str:
        """Put a film into the album; return its id."""
        from hashlib import sha256

        data = film.read_bytes()
        digest = sha256(sha256(data).digest()).hexdigest()
        return self.room.evaluate(UPLOAD, [base64.b64encode(data).decode(), digest])

    def shot(self) -> str:
        """Put a shot into the album; return its id."""
        picture = Image.new("RGBA", (160, 120))
        picture.paste((200, 30, 30, 255), (40, 0, 120, 120))
        file = io.BytesIO()
        picture.save(file, "PNG")
        return self.room.evaluate(SHOOT, base64.b64encode(file.getvalue()).decode())


@pytest.fixture
def party(guest: NewGuest) -> Iterator[Party]:
    return Party(guest("A", timezone_id="Asia/Seoul").context)


def probed(file: Path) -> dict:
    """Return what ffprobe finds, having decoded all of it."""
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", file, "-f", "null", "-"], check=True)
    wanted = ("-show_format", "-show_packets", "-of", "json")
    told = subprocess.run(
        ["ffprobe", "-v", "error", *wanted, file], capture_output=True, check=True
    )
    return json.loads(told.stdout)


def frame(file: Path, at: float) -> np.ndarray:
    """Return the picture that a film shows at this moment."""
    form = ("-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-ss", str(at), "-i", file, *form],
        capture_output=True,
        check=True,
    )
    return np.frombuffer(raw.stdout, np.uint8).reshape(360, 640, 3).astype(int)


def seen(page: Page) -> None:
    """Wait until the player shows the frame that was asked for."""
    page.wait_for_function("() => film.readyState >= 2 && !film.seeking")


def test_a_take_is_trimmed_covered_and_made_whole_again(
    party: Party, film: Path, tmp_path: Path, guest: NewGuest
) -> None:
    take = party.take(film)
    page = party.context.new_page()
    page.goto(f"{party.album}/takes/{take}")
    page.get_by_text("Trim, or choose a cover").click()
    start, end = page.get_by_role("slider", name="Start"), page.get_by_role("slider", name="End")
    start.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("spinbutton", name="Start")).to_have_value("1.2")
    page.get_by_role("spinbutton", name="End").fill("4")
    page.keyboard.press("Tab")
    expect(end).to_have_attribute("aria-valuetext", "0:04.0")
    page.wait_for_function("() => Math.abs(film.currentTime - 4) < 0.01")

    # The cover is the very frame that the player shows.
    seen(page)
    page.get_by_role("button", name="Use this frame as the cover").click()
    expect(page.get_by_text("This is the cover now.")).to_be_visible()
    address = f"{party.album}/{take}/poster.webp"
    cover = Image.open(io.BytesIO(party.context.request.get(address).body())).convert("RGB")
    shown = np.asarray(cover.resize((640, 360))).astype(int)
    assert np.abs(shown - frame(film, 4)).mean() < np.abs(shown - frame(film, 3)).mean() / 2

    page.get_by_role("button", name="Trim", exact=True).click()
    expect(page.get_by_text("Trimmed: ")).to_be_visible()
    page.get_by_text("Trim, or choose a cover").click()  # which begins with the cut that is there
    expect(page.get_by_role("spinbutton", name="Start")).to_have_value("1.2")
    expect(page.get_by_role("spinbutton", name="End")).to_have_value("4.0")
    reader = guest("A", java_script_enabled=False)
    reader.page.goto(f"{party.album}/takes/{take}")
    assert reader.page.locator("video").count() == 1
    assert reader.page.get_by_role("button").count() == 0
    path = reader.page.get_by_role("link", name="Download").get_attribute("href")
    short = tmp_path / "cut.mp4"
    short.write_bytes(reader.context.request.get(path).body())
    assert take not in path
    found = probed(short)
    assert 2.2 <= float(found["format"]["duration"]) <= 2.9
    times = {kind: [float(p["pts_time"]) for p in found["packets"] if p["codec_type"] == kind]
             for kind in ("video", "audio")}  # fmt: skip
    assert abs(min(times["video"]) - min(times["audio"])) <= 0.04
    assert abs(max(times["video"]) - max(times["audio"])) <= 0.1
    assert max(np.diff(sorted(times["video"]))) < 0.05
    assert next(p for p in found["packets"] if p["codec_type"] == "video")["flags"][0] == "K"
    # It begins with the key frame after the mark, and nothing of before is in it.
    first = frame(short, 0)
    assert np.abs(first - frame(film, 1.5)).mean() < 2
    page.evaluate("() => { film.currentTime = 2; }")
    seen(page)

    page.get_by_role("button", name="Show the whole recording again").click()
    page.get_by_text("0:06", exact=True).wait_for()
    assert reader.context.request.get(f"{party.album}/{take}/take.mp4").body() == film.read_bytes()


def test_days_and_times_are_the_readers(party: Party, guest: NewGuest) -> None:
    party.shot()
    days = []
    for zone, locale in (("Pacific/Kiritimati", "en-US"), ("Pacific/Pago_Pago", "ko-KR")):
        reader = guest("A", timezone_id=zone, locale=locale)
        reader.page.goto(party.album)
        shown = reader.page.evaluate(
            """() => {
              const item = document.querySelector("li[data-at]");
              const at = new Date(Number(item.dataset.at));
              return {
                day: document.querySelector("h2 time").textContent,
                alt: item.querySelector("img").alt,
                wanted: at.toLocaleDateString(navigator.language, { dateStyle: "long" }),
                time: at.toLocaleTimeString(navigator.language, { timeStyle: "short" }),
              };
            }"""
        )
        assert shown["day"] == shown["wanted"]
        assert shown["time"] in shown["alt"]
        days.append(shown["day"])
    assert "년" in days[1]
    assert "," in days[0]


def test_a_form_keeps_what_is_half_typed_while_its_print_is_made(party: Party) -> None:
    shot = party.shot()
    party.host()
    page = party.context.new_page()
    page.goto(f"{party.album}/{shot}/edit")
    before = page.locator(".retouched").get_attribute("src")
    page.get_by_label("Mirrored").check()
    page.get_by_role("button", name="Print again").click()
    page.wait_for_url("**/edit")
    page.evaluate("() => { window.same = true; }")
    page.get_by_label("Size").focus()
    page.keyboard.press("Home")
    typed = page.get_by_label("Size").input_value()
    expect(page.locator(".retouched")).not_to_have_attribute("src", before)
    expect(page.get_by_text("Every change makes a new print.")).to_be_visible()
    assert page.evaluate("() => window.same")
    assert page.get_by_label("Size").input_value() == typed
