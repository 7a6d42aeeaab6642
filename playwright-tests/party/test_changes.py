"""The background changes for all at once, whoever is slow, and never to black."""

import numpy as np
from guest import GREEN, Guest, Party, is_colour
from playwright.sync_api import Route, expect
from sameframe.changing import WAIT_MS

CHOOSE = "(name) => window.sameframe.booth.setBackground({ name, colour: '#00b140' })"
ROUNDING_MS = 100  # of clocks, and of the way there
SHOWN = "(name) => window.sameframe.booth.scene.value.background.name === name"


def sky(person: Guest) -> np.ndarray:
    """Return the stage's upper corners, where nobody stands."""
    seen = person.picture()
    return np.concatenate([seen[4:40, 4:60], seen[4:40, -60:-4]])


def green(person: Guest) -> bool:
    return bool(is_colour(sky(person), GREEN).mean() > 0.95)


# When this page hears of a change, has it ready, and makes it, by the clock that all here share.
WATCH = """() => {
  const { scene, coming } = window.sameframe.booth;
  const times = (window.times = {});
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (data.includes('"background_ready"')) times.ready ??= Date.now();
    send.call(this, data);
  };
  coming.subscribe((background) => { if (background) times.coming ??= Date.now(); });
  scene.subscribe(({ background }) => {
    if (background.name === "forest") times.changed ??= Date.now();
  });
}"""


def test_it_changes_when_everyone_has_it_or_has_had_the_time(party: Party) -> None:
    held: list[Route] = []
    party[2].context.route("**/backgrounds/forest.webp", lambda route: held.append(route))
    for person in party:
        person.page.evaluate(WATCH)
    party[1].page.evaluate(CHOOSE, "forest")
    party[2].eventually(lambda _: bool(held), "it is asked for")
    held[0].continue_()
    party[2].context.unroute("**/backgrounds/forest.webp")
    for person in party:
        person.until("() => window.times.ready && window.times.changed")
        person.until("() => window.sameframe.booth.coming.value === null")
        person.eventually(lambda one: not green(one), "the stage shows it")
    times = [person.page.evaluate("() => window.times") for person in party]
    ready, coming = (max(one[what] for one in times) for what in ("ready", "coming"))
    assert min(one["changed"] for one in times) >= min(ready, coming + WAIT_MS) - ROUNDING_MS


def test_who_can_not_have_it_keeps_the_one_before_and_gets_it_later(party: Party) -> None:
    a, b, c = party
    c.context.route("**/backgrounds/lanterns.webp", lambda route: route.abort())
    a.page.evaluate(CHOOSE, "lanterns")
    for person in party:
        person.until(SHOWN, "lanterns")
    for person in (a, b):
        person.eventually(lambda one: not green(one), "the stage shows it")
    assert green(c)
    expect(c.page.get_by_text("The new background hasn’t come yet.").first).to_be_visible()
    c.context.unroute("**/backgrounds/lanterns.webp")
    c.eventually(lambda one: not green(one), "it is tried again", tries=120)
