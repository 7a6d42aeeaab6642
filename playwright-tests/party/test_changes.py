"""The background changes for all at once, whoever is slow, and never to black."""

import numpy as np
from guest import GREEN, Guest, Party, is_colour
from playwright.sync_api import Route, expect

CHOOSE = "(name) => window.sameframe.booth.setBackground({ name, colour: '#00b140' })"
COMING = "(name) => window.sameframe.booth.coming.value?.name === name"
SHOWN = "(name) => window.sameframe.booth.scene.value.background.name === name"


def sky(person: Guest) -> np.ndarray:
    """Return the stage's upper corners, where nobody stands."""
    seen = person.picture()
    return np.concatenate([seen[4:40, 4:60], seen[4:40, -60:-4]])


def green(person: Guest) -> bool:
    return bool(is_colour(sky(person), GREEN).mean() > 0.95)


def test_the_slowest_is_waited_for_and_then_it_changes_for_all(party: Party) -> None:
    a, b, c = party
    held: list[Route] = []
    c.context.route("**/backgrounds/forest.webp", held.append)
    b.page.evaluate(CHOOSE, "forest")
    for person in party:
        person.until(COMING, "forest")
    c.eventually(lambda _: bool(held), "it is asked for")
    assert all(map(green, party))
    assert not a.page.evaluate(SHOWN, "forest")
    held[0].continue_()
    c.context.unroute("**/backgrounds/forest.webp")
    for person in party:
        person.until(SHOWN, "forest")
        person.until("() => window.sameframe.booth.coming.value === null")
        person.eventually(lambda one: not green(one), "the stage shows it")


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
