from sameframe_worker.messages import Person
from sameframe_worker.scene import Background, Layer, Scene, clamped
from sameframe_worker.stage.cast import MOVE_MS, POOR, STALE_MS, Cast

NOW = 10_000.0


def cast(*people: Person, layers: tuple[Layer, ...] = (Layer("a"), Layer("b"))) -> Cast:
    made = Cast()
    made.commit(Scene(layers=layers))
    made.named(list(people))
    return made


def person(guest: str, camera: bool = True, presence: str = "here") -> Person:
    return Person(guest, f"Name of {guest}", camera, presence)


def drawn(cast: Cast, **arrivals: float) -> list[tuple[str, float]]:
    return [(r.guest, r.layer.opacity) for r in cast.roles(arrivals, NOW)]


def test_only_people_with_a_layer_who_are_here_are_drawn() -> None:
    of = cast(person("b"), person("a", presence="away"), person("c"))
    assert drawn(of) == [("b", 1.0)]


def test_order_is_the_scenes() -> None:
    of = cast(person("a"), person("b"), layers=(Layer("b"), Layer("a")))
    assert drawn(of) == [("b", 1.0), ("a", 1.0)]


def test_poor_network_fades_but_not_in_a_photo() -> None:
    of = cast(person("a", presence="poor"), person("b"), layers=(Layer("a", opacity=0.5),))
    assert drawn(of) == [("a", 0.5 * POOR)]
    assert [r.layer.opacity for r in of.roles({}, NOW, live=False)] == [0.5]


def test_old_picture_is_a_poor_network() -> None:
    of = cast(person("a"), person("b"))
    assert drawn(of, a=NOW - STALE_MS - 1, b=NOW - STALE_MS) == [("a", POOR), ("b", 1.0)]


def test_paper_has_a_name_and_does_not_age() -> None:
    of = cast(person("a", camera=False), person("b"))
    roles = of.roles({"a": 0.0}, NOW)
    assert [(r.guest, r.paper, r.layer.opacity) for r in roles] == [
        ("a", "Name of a", 1.0),
        ("b", None, 1.0),
    ]


def test_layer_in_a_hand_is_shown_where_it_is_held_for_a_while() -> None:
    of = cast(person("a"), person("b"))
    of.move(Layer("a", x=0.1), NOW - MOVE_MS + 1)
    assert [r.layer.x for r in of.roles({}, NOW)] == [0.1, 0.5]
    assert [r.layer.x for r in of.roles({}, NOW + 1)] == [0.5, 0.5]


def test_layer_in_a_hand_is_kept_within_its_ranges() -> None:
    """It comes from another guest: 1e308 pixels would end the stage."""
    of = cast(person("a"))
    of.move(Layer("a", x=-1e308, y=1e308, scale=1e308, rotation=1e308, opacity=-1), NOW)
    layer = of.roles({}, NOW)[0].layer
    assert layer == clamped(layer)


def test_scene_that_changes_a_layer_takes_it_out_of_the_hand() -> None:
    of = cast(person("a"), person("b"))
    of.move(Layer("a", x=0.1), NOW)
    of.commit(Scene(Background("beach"), (Layer("a"), Layer("b", x=0.9))))
    assert [r.layer.x for r in of.roles({}, NOW)] == [0.1, 0.9]
    of.commit(Scene(Background("beach"), (Layer("a", x=0.2), Layer("b", x=0.9))))
    assert [r.layer.x for r in of.roles({}, NOW)] == [0.2, 0.9]


def test_whoever_is_not_named_any_more_is_gone() -> None:
    of = cast(person("a"), person("b"))
    assert of.named([person("b"), person("c")]) == {"a"}
    assert of.named([person("b")]) == {"c"}
    assert drawn(of) == [("b", 1.0)]
