"""A room of three, Ada, Bo and Cy, in which everything is done that people do together."""

from collections.abc import Iterator

import pytest
from conftest import Profiles, guests
from footage import KNOWN
from guest import Party, meet

# Three booths on two cores: more frames would leave nothing for what is tested.
FPS = 4

# Keeps the layers that this page uploads.
LAYERS = """
  window.layers = [];
  const real = window.fetch;
  window.fetch = (what, init) => {
    if (String(what).includes("/layers/")) window.layers.push(init.body);
    return real(what, init);
  };
"""


@pytest.fixture(scope="package")
def three(profiles: Profiles) -> Iterator[Party]:
    """Ada, the host, Bo, whose outline is known, and Cy, who see each other."""
    with guests(profiles) as arrive:
        people = tuple(arrive(person, fps=FPS) for person in ("A", KNOWN, "C"))
        for person in people:
            person.page.add_init_script(LAYERS)
        meet(*people)
        yield people


@pytest.fixture
def party(three: Party) -> Party:
    """The three before plain green, with a single photo in view for everyone."""
    three[0].before_green()
    for person in three:
        person.page.evaluate(
            """() => {
              const { timer, format } = window.sameframe.booth;
              timer.value = 3;
              format.value = null;
            }"""
        )
    return three
