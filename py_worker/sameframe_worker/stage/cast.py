"""Who and what is on the stage now, where, and how solid: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sameframe_worker.messages import Person
from sameframe_worker.scene import Layer, Scene, clamped

MOVE_MS = 2000.0  # a layer in somebody's hand, after its last move
STALE_MS = 1500.0  # without a new frame, a guest's network counts as poor
POOR = 0.6  # opacity while the network is poor


@dataclass(frozen=True, slots=True)
class Role:
    """A guest's layer as it is to be drawn, and his name if he is a paper silhouette."""

    layer: Layer
    paper: str | None

    @property
    def guest(self) -> str:
        """Return the guest's id."""
        return self.layer.guest


class Cast:
    """The scene, the people, and the layers in somebody's hand."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.people: dict[str, Person] = {}
        self._moves: dict[str, tuple[Layer, float]] = {}

    def commit(self, scene: Scene) -> None:
        """Take a new scene: a layer that it changes is no longer in anybody's hand."""
        for layer in scene.layers:
            if layer != self.scene.layer(layer.guest):
                self._moves.pop(layer.guest, None)
        self.scene = scene

    def move(self, layer: Layer, now: float) -> None:
        """Show a layer where somebody holds it; the server has not seen its numbers."""
        self._moves[layer.guest] = (clamped(layer), now + MOVE_MS)

    def named(self, people: list[Person]) -> set[str]:
        """Take a new list of people; return the guests who are no longer on it."""
        gone = self.people.keys() - {person.guest for person in people}
        self.people = {person.guest: person for person in people}
        return set(gone)

    def roles(self, arrivals: Mapping[str, float], now: float, *, live: bool = True) -> list[Role]:
        """Return who is to be drawn, back to front.

        `arrivals` says when a guest's last frame came. In a photo (not live) nothing is faded.
        """
        self._moves = {g: move for g, move in self._moves.items() if move[1] > now}
        roles = []
        for committed in self.scene.layers:
            layer, _ = self._moves.get(committed.guest, (committed, now))
            if self.scene.prop(committed.guest) is not None:
                roles.append(Role(layer, None))
                continue
            person = self.people.get(committed.guest)
            if person is None or person.presence == "away":
                continue
            stale = person.camera and now - arrivals.get(person.guest, now) > STALE_MS
            if live and (stale or person.presence == "poor"):
                layer = replace(layer, opacity=layer.opacity * POOR)
            roles.append(Role(layer, None if person.camera else person.name))
        return roles
