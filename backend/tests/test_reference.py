"""The reference renderer, against what can be said without it."""

import numpy as np
import pytest
from sameframe.reference import StackedFrame, render
from sameframe_worker import stacked
from sameframe_worker.scene import Background, Layer, Scene

WIDTH, HEIGHT = 160, 90
W, H = 32, 24  # a cutout
COLOURS = {"red": (81, 90, 240), "grey": (126, 128, 128), "white": (235, 128, 128)}
RGB = {"red": (255, 0, 0), "grey": (128, 128, 128), "white": (255, 255, 255)}


def cutout(colour: str = "grey", mask: int = 235) -> tuple[np.ndarray, ...]:
    y, u, v = COLOURS[colour]
    luma = np.full((H * 3 // 2, W), y, np.uint8)
    luma[H:] = mask
    return (
        luma,
        np.full((H * 3 // 4, W // 2), u, np.uint8),
        np.full((H * 3 // 4, W // 2), v, np.uint8),
    )


def frame(planes: tuple[np.ndarray, ...]) -> StackedFrame:
    return StackedFrame(W, H * 3 // 2, b"".join(p.tobytes() for p in planes))


def drawn(planes: tuple[np.ndarray, ...], layer: Layer | None = None) -> np.ndarray:
    scene = Scene(Background(), (layer or Layer("a", scale=H / HEIGHT),))
    return render(scene, black(), {"a": frame(planes)}, WIDTH, HEIGHT)


def black() -> np.ndarray:
    return np.zeros((HEIGHT, WIDTH, 3), np.uint8)


@pytest.mark.parametrize("colour", COLOURS)
def test_full_mask_shows_the_colour_and_nothing_beside(colour: str) -> None:
    picture = drawn(cutout(colour)).astype(int)
    top, left = (HEIGHT - H) // 2, (WIDTH - W) // 2
    inside = picture[top : top + H, left : left + W]
    assert np.abs(inside - RGB[colour]).max() <= 2
    assert picture.any(-1).sum() == W * H


def test_empty_mask_shows_the_background() -> None:
    assert not drawn(cutout("white", mask=16)).any()
    assert not drawn(cutout("white", mask=stacked.MASK_FLOOR)).any()


def test_half_a_mask_and_opacity_mix() -> None:
    half = stacked.mask_to_luma(128)
    assert drawn(cutout("white", mask=half)).max() == 128
    solid = Layer("a", scale=H / HEIGHT, opacity=0.5)
    assert drawn(cutout("white"), solid).max() == 128
    assert drawn(cutout("white", mask=half), solid).max() == 64


def test_own_size_is_not_filtered() -> None:
    planes = cutout()
    planes[0][:H] = np.random.default_rng(1).integers(16, 236, (H, W))
    picture = drawn(planes)
    top, left = (HEIGHT - H) // 2, (WIDTH - W) // 2
    rows = stacked.rows(H * 3 // 2).colour_last + 1
    exact = np.rint((planes[0][:rows].astype(float) - 16) * 255 / 219)
    assert np.array_equal(picture[top : top + rows, left : left + W, 0], exact)


def test_seam_is_never_seen() -> None:
    clean, dirty = cutout("grey"), cutout("grey")
    rows = stacked.rows(H * 3 // 2)
    dirty[0][rows.colour_last + 1 : rows.mask_first] = 255
    dirty[1][rows.chroma_last + 1 :] = 0
    dirty[2][rows.chroma_last + 1 :] = 255
    for layer in (None, Layer("a", scale=0.9), Layer("a", scale=0.1), Layer("a", rotation=40)):
        assert np.array_equal(drawn(clean, layer), drawn(dirty, layer))


def test_mirror_and_half_a_turn_are_flips() -> None:
    planes = cutout()
    planes[0][:H] = np.random.default_rng(1).integers(16, 236, (H, W))
    plain = drawn(planes).astype(int)
    mirrored = drawn(planes, Layer("a", scale=H / HEIGHT, mirror=True))
    turned = drawn(planes, Layer("a", scale=H / HEIGHT, rotation=180))
    assert np.array_equal(mirrored, plain[:, ::-1])
    assert np.abs(turned - plain[::-1, ::-1]).max() <= 1


def test_turned_edge_is_smooth() -> None:
    picture = drawn(cutout("white"), Layer("a", scale=0.6, rotation=20))[..., 0]
    assert ((picture > 20) & (picture < 235)).sum() > 60
    area = picture.sum() / 255
    assert abs(area - 54 * 72) < 30


def test_front_covers_back_and_unknown_guests_draw_nothing() -> None:
    layers = tuple(Layer(guest, scale=H / HEIGHT) for guest in ("a", "b", "nobody"))
    cutouts = {"a": frame(cutout("red")), "b": frame(cutout("white"))}
    picture = render(Scene(Background(), layers), black(), cutouts, WIDTH, HEIGHT)
    assert np.array_equal(picture, drawn(cutout("white")))


def test_wrong_sizes_are_refused() -> None:
    scene = Scene(Background(), (Layer("a"),))
    with pytest.raises(ValueError, match="background"):
        render(scene, black()[:-1], {}, WIDTH, HEIGHT)
    with pytest.raises(ValueError, match="I420"):
        render(scene, black(), {"a": StackedFrame(W, H, b"short")}, WIDTH, HEIGHT)
