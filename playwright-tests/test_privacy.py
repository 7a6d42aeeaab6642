"""The room behind a guest never leaves the browser: proven on what another guest decodes."""

from pathlib import Path

import pytest
from conftest import NewGuest
from guest import PICTURE_MS, Guest, meet

INSPECTOR = Path(__file__).with_name("inspector.js").read_text()


@pytest.fixture(scope="module")
def pair(regular: NewGuest) -> tuple[Guest, Guest]:
    """A sender, and a receiver who looks at every frame from the very first to the last test's."""
    sender, receiver = regular("A"), regular("B")
    receiver.page.add_init_script(INSPECTOR)
    meet(sender, receiver)
    seen(receiver, "person > 0.05")
    return sender, receiver


def inspection(receiver: Guest) -> dict:
    """Return what was found so far."""
    return receiver.page.evaluate("() => window.inspection")


def seen(receiver: Guest, what: str) -> None:
    """Wait until something is so of what was decoded."""
    receiver.until(
        f"() => {{ const {{ frames, empty, person }} = window.inspection; return {what}; }}",
        timeout=PICTURE_MS,
    )


def more(receiver: Guest, count: int) -> None:
    """Wait until `count` more frames were looked at."""
    seen(receiver, f"frames >= {inspection(receiver)['frames'] + count}")


def clean(receiver: Guest) -> None:
    """Check that no frame so far showed anything of the room."""
    found = inspection(receiver)
    assert found["frames"] > 0
    assert found["leaks"] == 0, found


def cutout_worker(sender: Guest) -> object:
    """Return the sender's living cutout worker."""
    return [worker for worker in sender.page.workers if "/cutout-" in worker.url][-1]


def test_the_inspector_finds_a_room(guest: NewGuest) -> None:
    """The tests below can fail: a raw frame over any mask is found out."""
    person = guest("A")
    person.page.add_init_script(INSPECTOR)
    person.page.goto("/")
    found = person.page.evaluate(
        """async () => {
          const stream = await navigator.mediaDevices.getUserMedia({ video: true });
          const [track] = stream.getVideoTracks();
          const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
          const { value: frame } = await reader.read();
          const raw = new Uint8Array(frame.allocationSize());
          await frame.copyTo(raw);
          const [width, height] = [frame.visibleRect.width, frame.visibleRect.height];
          frame.close();
          track.stop();
          const stacked = (alpha) => {
            const luma = width * height * 1.5;
            const planes = new Uint8Array(luma * 1.5).fill(128);
            planes.set(raw.subarray(0, width * height));
            for (let y = 0; y < height / 2; y++)
              planes.fill(16, (height + y) * width, (height + y + 1) * width);
            for (let y = 0; y < height / 2; y++)
              planes.fill(alpha, (height + y + 1 / 3) * width, (height + y + 2 / 3) * width);
            return window.inspectPlanes(planes, width, height * 1.5).leak;
          };
          return [stacked(16), stacked(235)];
        }"""
    )
    assert found == [True, True]


def test_a_model_that_never_loads_sends_nothing_of_the_room(guest: NewGuest) -> None:
    sender, receiver = guest("A", new=True), guest("B")
    receiver.page.add_init_script(INSPECTOR)
    sender.context.route("**/*.tflite", lambda route: route.abort())
    path = sender.start_room()
    sender.join("Ada")
    receiver.open(path).join("Bo")
    seen(receiver, "frames > 10")
    clean(receiver)
    found = inspection(receiver)
    assert found["empty"] == found["frames"]


def test_outside_the_mask_there_is_nothing(pair: tuple[Guest, Guest]) -> None:
    _, receiver = pair
    more(receiver, 120)
    clean(receiver)
    found = inspection(receiver)
    assert found["worst"] < 6, found  # mean distance from flat: a codec's noise
    assert found["person"] > 0.05, "an empty picture would prove nothing"


def test_a_killed_worker_leaves_an_empty_picture_and_comes_back(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    cutout_worker(sender).evaluate("() => self.close()")
    seen(receiver, "person < 0.01")
    seen(receiver, "person > 0.05")
    more(receiver, 30)
    clean(receiver)


def test_a_stalled_worker_leaves_an_empty_picture(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    cutout_worker(sender).evaluate(
        "() => { setTimeout(() => { const end = Date.now() + 2500; while (Date.now() < end); }) }"
    )
    seen(receiver, "person < 0.01")
    seen(receiver, "person > 0.05")
    clean(receiver)


def test_a_failing_model_leaves_an_empty_picture_and_is_told(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    cutout_worker(sender).evaluate(
        "() => { Float32Array.prototype.set = () => { throw new Error('the model broke'); }; }"
    )
    sender.until("() => window.sameframe.booth.cutoutFailed.value")
    seen(receiver, "person < 0.01")
    seen(receiver, "person > 0.05")  # a new worker cuts again
    clean(receiver)


def test_muting_and_unmuting_leak_nothing(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    for _ in range(2):
        sender.button("Microphone").click()
        sender.button("Camera").click()
        seen(receiver, "person < 0.01")
        sender.button("Microphone").click()
        sender.button("Camera").click()
        seen(receiver, "person > 0.05")
    more(receiver, 30)
    clean(receiver)


def test_switching_the_camera_leaks_nothing(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    sender.page.evaluate(
        "() => window.sameframe.booth.chooseCamera(window.sameframe.booth.cameras.value.at(-1).id)"
    )
    more(receiver, 60)
    seen(receiver, "person > 0.05")
    clean(receiver)


def test_reloading_leaks_nothing(pair: tuple[Guest, Guest]) -> None:
    sender, receiver = pair
    ada = "window.sameframe.booth.guests.value.find((g) => g.name === 'Ada')"
    epoch = receiver.page.evaluate(f"() => {ada}.epoch")
    sender.page.reload()
    receiver.until(f"(before) => {ada}.here && {ada}.epoch > before", epoch)
    more(receiver, 60)
    seen(receiver, "person > 0.05")
    clean(receiver)
