"""What a room offers besides the picture: rights, invitations, voices, keys, limits."""

import pytest
from conftest import NewGuest
from guest import Guest, meet
from playwright.sync_api import expect

# Tells how loud everything was together that this page has heard.
HEARING = """
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...options) { super(...options); window.connection = this; }
  };
  window.heard = async () => {
    const all = [...(await window.connection.getStats()).values()];
    const voice = all.find((e) => e.type === "inbound-rtp" && e.kind === "audio");
    return voice?.totalAudioEnergy ?? 0;
  };
"""

SCENE = "() => window.sameframe.booth.scene.value"


@pytest.fixture(scope="module")
def pair(regular: NewGuest) -> tuple[Guest, Guest]:
    """Ada, the host, and Bo, who can tell what he hears."""
    a, b = regular("A", new=True), regular("B")  # whose first load the diagnostics show
    b.page.add_init_script(HEARING)
    meet(a, b)
    return a, b


def test_an_invitation_is_a_link_and_a_picture_of_it(guest: NewGuest) -> None:
    a = guest("A", permissions=["clipboard-read", "clipboard-write", "camera", "microphone"])
    path = a.start_room()
    a.join("Ada")
    a.button("Invite").click()
    a.page.get_by_role("dialog", name="Invite").get_by_role("button", name="Copy link").click()
    copied = a.until("() => navigator.clipboard.readText()")
    assert copied.endswith(path)
    code = a.page.locator("img[src*='qr.svg']")
    expect(code).to_be_visible()
    assert code.evaluate("(image) => image.naturalWidth") > 0


def test_a_name_too_long_is_refused_kindly_and_mended(guest: NewGuest) -> None:
    a = guest("A")
    a.start_room()
    field = a.page.get_by_label("Your name")
    field.evaluate("(input) => input.removeAttribute('maxlength')")
    field.fill("🎈" * 10_000)
    a.button("Join").click()
    expect(a.page.get_by_text("name").first).to_be_visible()
    expect(a.button("Leave")).to_have_count(0)
    a.join("Ada")


def test_pressing_join_twice_makes_one_guest(guest: NewGuest) -> None:
    a = guest("A")
    sockets: list[object] = []
    a.page.on("websocket", lambda socket: sockets.append(socket))
    a.start_room()
    a.page.get_by_label("Your name").fill("Ada")
    a.page.evaluate(
        "() => { const form = document.forms[0]; form.requestSubmit(); form.requestSubmit(); }"
    )
    expect(a.button("Leave")).to_be_visible()
    assert len(sockets) == 1


def test_where_storage_is_forbidden_one_gets_in_all_the_same(guest: NewGuest) -> None:
    a = guest("A")
    a.page.add_init_script(
        """const no = () => { throw new DOMException("no", "SecurityError"); };
        for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, { get: no });
        LockManager.prototype.request = async () => no();"""
    )
    a.start_room()
    a.join("Ada")
    a.wait_for_guests("Ada")


def test_only_the_host_moves_others_and_tidies(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    b.note()
    for person, other in ((a, "Bo"), (b, "Ada")):
        person.page.evaluate(
            """(name) => {
              const { booth } = window.sameframe;
              const id = booth.guests.value.find((g) => g.name === name).id;
              const layer = booth.scene.value.layers.find((l) => l.guest === id);
              booth.placeLayer({ ...layer, x: 0.1 });
            }""",
            other,
        )
    a.until("() => window.sameframe.booth.scene.value.layers.some((l) => l.x === 0.1)")
    b.until("() => noted.notices.flat().some((n) => n.key === 'not_yours')")
    layers = a.page.evaluate(SCENE)["layers"]
    assert [layer["x"] == 0.1 for layer in layers].count(True) == 1
    expect(b.button("Arrange")).to_have_count(0)
    a.button("Arrange").click()
    a.page.get_by_role("button", name="Two rows").or_(
        a.page.get_by_role("menuitem", name="Two rows")
    ).first.click()
    a.until("() => window.sameframe.booth.scene.value.layers.every((l) => l.x !== 0.1)")


def test_keys_alone_move_scale_mirror_and_order(pair: tuple[Guest, Guest]) -> None:
    a, _ = pair
    own = "() => { const { scene, me } = window.sameframe.booth; " + (
        "return scene.value.layers.find((l) => l.guest === me.value); }"
    )
    before = a.page.evaluate(own)
    a.page.get_by_role("button", name="Got it").click()
    a.page.get_by_role("application", name="Ada (you) in the picture").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp", "-", "m"):
        a.page.keyboard.press(key)
    a.until(
        """(x) => {
          const { scene, me } = window.sameframe.booth;
          const l = scene.value.layers.find((l) => l.guest === me.value);
          return l.x > x && l.mirror;
        }""",
        before["x"],
    )
    after = a.page.evaluate(own)
    assert after["y"] < before["y"]
    assert after["scale"] < before["scale"]
    first = a.page.evaluate(SCENE)["layers"][0]["guest"]
    a.page.keyboard.press("]" if first == after["guest"] else "[")
    a.until("(id) => window.sameframe.booth.scene.value.layers[0].guest !== id", first)


def test_voices_are_heard_until_the_microphone_is_off(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    b.until("async () => (await window.heard()) > 0.0005")
    a.button("Microphone").click()
    b.until("() => window.sameframe.booth.guests.value.some((g) => !g.microphone)")
    # Silence: a second of stage time in which the energy does not rise.
    b.until(
        """async () => {
          const before = await window.heard();
          await new Promise((done) => setTimeout(done, 1000));
          return (await window.heard()) - before < 1e-6;
        }"""
    )


def test_a_viewer_steps_in_by_turning_the_camera_on(
    pair: tuple[Guest, Guest], guest: NewGuest
) -> None:
    a, _ = pair
    viewer = guest("C").open(a.page.evaluate("() => location.pathname"))
    viewer.button("Camera").click()
    viewer.join("Cy")
    a.until("() => window.sameframe.booth.guests.value.some((g) => g.camera === 'off')")
    viewer.button("Camera").click()
    a.wait_for_guests("Ada", "Bo", "Cy")
    viewer.button("Leave").click()


def test_diagnostics_show_what_stats_tell(pair: tuple[Guest, Guest]) -> None:
    a, _ = pair
    a.page.keyboard.press("d")
    expect(a.page.get_by_text("litert").first).to_be_visible()
    stats = a.stats()
    assert set(stats) == {
        "version", "renderer", "stage", "cutout", "guests", "transport", "load",
    }  # fmt: skip
    assert stats["renderer"] in ("cpu", "gpu")
    assert stats["load"]["first_picture_ms"] > 0
    assert stats["load"]["bytes"] > 1_000_000
