"""Cameras that are refused, missing or lost: each says what to do, and nobody is kept out."""

from conftest import NewGuest
from playwright.sync_api import expect


def refuse(error: str) -> str:
    """Return a script that makes every camera fail with a DOMException of this name."""
    return f"""navigator.mediaDevices.getUserMedia = async () => {{
      throw new DOMException("no", "{error}");
    }};"""


def test_a_denied_camera_says_so_and_lets_one_watch(guest: NewGuest) -> None:
    host = guest("A")
    path = host.start_room()
    host.join("Ada")
    viewer = guest("B", allowed=False)
    viewer.open(path)
    alert = viewer.page.get_by_role("alert")
    expect(alert).to_contain_text("camera")
    viewer.page.get_by_label("Your name").fill("Vi")
    viewer.page.get_by_role("button", name="Join without camera").click()
    viewer.wait_for_guests("Ada")
    host.until("() => window.sameframe.booth.guests.value.length === 2")
    layers = host.page.evaluate("() => window.sameframe.booth.scene.value.layers.length")
    assert layers == 1  # who only watches has no place in the picture


def test_each_problem_has_its_own_words(guest: NewGuest) -> None:
    path = guest("A").start_room()
    words = {}
    for error in ("NotAllowedError", "NotFoundError", "NotReadableError"):
        person = guest("B")
        person.page.add_init_script(refuse(error))
        person.open(path)
        alert = person.page.get_by_role("alert").first
        expect(alert).to_be_visible()
        words[error] = alert.inner_text()
    assert len(set(words.values())) == 3, words


def test_an_unplugged_camera_is_noticed_and_empties_the_picture(guest: NewGuest) -> None:
    person = guest("A")
    person.page.add_init_script(
        """const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await real(wish);
          window.lens = stream.getVideoTracks()[0] ?? window.lens;
          return stream;
        };"""
    )
    person.start_room()
    person.join("Ada")
    person.wait_for_guests("Ada")
    person.page.evaluate(
        "() => { window.lens.stop(); window.lens.dispatchEvent(new Event('ended')); }"
    )
    person.until("() => window.sameframe.booth.camera.value.problem === 'unplugged'")


def test_devices_that_open_after_one_left_are_closed_again(guest: NewGuest) -> None:
    person = guest("A")
    person.page.add_init_script(
        """const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        const held = new Promise((resolve) => (window.allow = resolve));
        window.opened = [];
        navigator.mediaDevices.getUserMedia = async (wish) => {
          await held;
          const stream = await real(wish);
          window.opened.push(...stream.getTracks());
          return stream;
        };"""
    )
    person.start_room()
    person.join("Ada")
    person.button("Leave").click()
    person.page.evaluate("() => window.allow()")
    person.until(
        "() => opened.length === 2 && opened.every(({ readyState }) => readyState === 'ended')"
    )


def test_a_camera_that_was_switched_off_while_it_loaded_waits_for_nothing(guest: NewGuest) -> None:
    person = guest("A", new=True)
    person.context.route("**/*.tflite", lambda route: None)  # never comes
    person.start_room()
    person.until("() => window.sameframe.booth.camera.value.kind === 'on'")
    person.button("Camera").click()
    person.join("Ada")
    assert person.page.evaluate("() => window.sameframe.booth.loading.value") is None
    assert person.stats()["cutout"]["frames"] == 0  # nor do the figures wait for the model


def test_an_insecure_origin_is_told(guest: NewGuest) -> None:
    person = guest("A")
    person.page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false});")
    person.page.goto("/")
    expect(person.page.get_by_role("heading").first).to_contain_text("https")


def test_a_browser_without_what_is_needed_is_told_which(guest: NewGuest) -> None:
    person = guest("A")
    person.page.add_init_script("delete window.MediaStreamTrackProcessor;")
    person.page.goto("/")
    expect(person.page.get_by_text("MediaStreamTrackProcessor")).to_be_visible()


def test_an_unknown_room_and_an_odd_name_have_a_page(guest: NewGuest) -> None:
    person = guest("A")
    for path in ("/r/lusab-babad-gutih-tugad", "/r/%00%F0%9F%92%A9..%2F", "/r/<script>"):
        person.page.goto(path)
        expect(person.button("Start a new room")).to_be_visible()
