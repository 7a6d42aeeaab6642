"""Prints against a float reference in numpy, written from the rules and not from the code."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sameframe import grading, prints
from sameframe.reference import StackedFrame, render
from sameframe_worker import looks
from sameframe_worker.scene import Background, Layer, Look, Scene, place

W, H = 480, 270


def cubic(x: np.ndarray) -> np.ndarray:
    """Return the bicubic kernel of a = -1/2 (Keys 1981)."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def weights(out: int, size: int) -> np.ndarray:
    """Return out × size: how much of each pixel each output pixel takes, area-wise if smaller."""
    stretch = max(1.0, size / out)
    centres = (np.arange(out) + 0.5) * size / out
    w = cubic((np.arange(size) + 0.5 - centres[:, None]) / stretch)
    return w / w.sum(1, keepdims=True)


def premultiplied(picture: Image.Image) -> np.ndarray:
    pixels = np.asarray(picture).astype(float) / 255
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


def scaled(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    across = weights(width, pixels.shape[1]) @ pixels
    return np.tensordot(weights(height, pixels.shape[0]), across, 1)


def reference(scene: Scene, ground: np.ndarray, layers: dict[str, Image.Image]) -> np.ndarray:
    """Return the print as float: unturned layers scaled, turned ones sampled at pixel centres."""
    out = ground.astype(float) / 255
    for layer in scene.layers:
        if layer.guest not in layers:
            continue
        pixels = premultiplied(layers[layer.guest])
        p = place(layer, pixels.shape[1] / pixels.shape[0], W, H)
        a, b, c, d, e, f = p.inverse()
        y, x = np.mgrid[p.y0 : p.y1, p.x0 : p.x1] + 0.5
        u, v = a * x + b * y + c, d * x + e * y + f
        picture = np.maximum(scaled(pixels, p.width, p.height), 0)
        inside = np.clip(np.minimum(u, 1 - u) * p.width + 0.5, 0, 1)
        inside *= np.clip(np.minimum(v, 1 - v) * p.height + 0.5, 0, 1)
        found = bilinear(picture, u * p.width - 0.5, v * p.height - 0.5)
        colour = np.minimum(found[..., :3] / np.maximum(found[..., 3:], 1e-6), 1)
        alpha = np.minimum(found[..., 3:], 1) * inside[..., None] * p.opacity
        part = out[p.y0 : p.y1, p.x0 : p.x1]
        part[:] = part * (1 - alpha) + colour * alpha
    return out * 255


def bilinear(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = np.clip(x, 0, picture.shape[1] - 1), np.clip(y, 0, picture.shape[0] - 1)
    left = np.minimum(x.astype(int), picture.shape[1] - 2)
    top = np.minimum(y.astype(int), picture.shape[0] - 2)
    p, q = (x - left)[..., None], (y - top)[..., None]
    above = picture[top, left] * (1 - p) + picture[top, left + 1] * p
    below = picture[top + 1, left] * (1 - p) + picture[top + 1, left + 1] * p
    return above * (1 - q) + below * q


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return 10 * np.log10(255**2 / max(1e-9, np.mean((a.astype(float) - b) ** 2)))


def person(width: int, height: int, seed: int) -> Image.Image:
    """Return someone with smooth colours, a soft edge and a body down to the lower edge."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / height
    middle = width / height / 2
    head = 0.25 - np.hypot(x - middle, y - 0.3)
    body = 0.4 - np.hypot(x - middle, np.minimum(0, y - 0.9))
    alpha = np.clip(np.maximum(head, body) * height / 4 + 0.5, 0, 1)
    tones = rng.uniform(0.2, 0.8, 3)
    waves = [np.sin(x * 9 + n) * np.cos(y * 7 - n) * 0.2 + t for n, t in enumerate(tones)]
    pixels = np.stack([*waves, alpha], -1)
    # What nobody sees is as bright as can be: it must leave no rim.
    pixels[alpha == 0, :3] = 1
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))


def ground() -> Image.Image:
    y, x = np.mgrid[:H, :W] / H
    pixels = np.stack([x / 2, y / 2, 0.3 + 0 * x], -1)
    return Image.fromarray((pixels * 255).astype(np.uint8))


SMALL, LARGE, TALL = person(160, 120, 1), person(640, 360, 2), person(240, 320, 3)
CASES = {
    "as it is": [Layer("a", scale=120 / H)],
    "larger": [Layer("a", scale=0.92, y=0.54)],
    "smaller": [Layer("b", scale=0.4, x=0.3)],
    "tall": [Layer("c", scale=0.8, x=0.6)],
    "mirrored": [Layer("c", scale=0.8, x=0.6, mirror=True), Layer("a", x=0.2, mirror=True)],
    "faint": [Layer("b", scale=0.9, opacity=0.4)],
    "huge": [Layer("b", scale=3, x=0.1, y=1.2)],
    "half outside": [Layer("a", x=0, y=0.1), Layer("b", x=1, y=0.9)],
    "turned": [Layer("b", scale=0.7, rotation=30), Layer("c", scale=0.5, x=0.2, rotation=-100)],
    "turned and mirrored": [Layer("b", scale=0.5, rotation=45, mirror=True, opacity=0.7)],
    "turned and larger": [Layer("a", scale=0.9, rotation=12)],
    "six": [Layer(g, x=0.1 + n / 6, scale=0.6, y=0.7) for n, g in enumerate("abcabc")],
}


@pytest.mark.parametrize("layers", CASES.values(), ids=CASES)
def test_a_print_is_what_the_reference_says(layers):
    layers = [*layers, Layer("nobody")]
    scene = Scene(Background(), tuple(layers))
    pictures = {"a": SMALL, "b": LARGE, "c": TALL}
    printed = np.asarray(prints.compose(scene, ground(), pictures))
    wanted = reference(scene, np.asarray(ground()), pictures)
    assert psnr(printed, wanted) >= 40
    assert psnr(np.asarray(ground()), wanted) < 30


def stacked_of(layer: Image.Image) -> StackedFrame:
    """Return a layer as the frame in which it would travel."""
    width, height = layer.size
    rgb = np.asarray(layer.convert("RGB"), float)
    y = 16 + rgb @ (0.299, 0.587, 0.114) * 219 / 255
    half = rgb.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
    luma = half @ (0.299, 0.587, 0.114)
    blue = 128 + (half[..., 2] - luma) / 1.772 * 224 / 255
    red = 128 + (half[..., 0] - luma) / 1.402 * 224 / 255
    mask = np.asarray(layer.getchannel("A").resize((width, height // 2), Image.Resampling.BOX))
    ramp = np.where(mask == 0, 16, np.where(mask == 255, 235, 28 + mask * (196 / 255)))
    neutral = np.full((height // 4, width // 2), 128.0)
    planes = [y, ramp, blue, neutral, red, neutral]
    return StackedFrame(
        width, height * 3 // 2, b"".join(np.rint(p).astype(np.uint8).tobytes() for p in planes)
    )


@pytest.mark.parametrize("how", ["auto", "strong"])
@pytest.mark.parametrize("name", ["smaller", "mirrored", "faint", "turned and mirrored", "six"])
def test_a_print_has_the_stages_light(name, how):
    """Held to the stage's own reference, which the stage's renderers are held to."""
    layers = [la for la in CASES[name] if la.guest != "c"]
    pictures = {"a": SMALL, "b": LARGE}
    scene = Scene(Background(), tuple(layers), light=how)
    frames = {guest: stacked_of(picture) for guest, picture in pictures.items()}
    staged = render(scene, np.asarray(ground()), frames, W, H)
    printed = prints.compose(scene, ground(), pictures)
    assert psnr(np.asarray(printed), staged) >= 38
    unlit = prints.compose(replace(scene, light="off"), ground(), pictures)
    assert psnr(np.asarray(unlit), staged) < psnr(np.asarray(printed), staged) - 2


def test_a_part_of_a_picture_is_in_the_light_of_the_whole():
    """As in a sheet's window, from which most of the background is cut off."""
    scene = Scene(Background(), (Layer("a", scale=0.92, y=0.54),), light="strong")
    whole = Image.new("RGB", (2 * W, H), (30, 30, 160))
    whole.paste((240, 200, 140), (0, 0, W, H))
    left, right = (whole.crop((x, 0, x + W, H)) for x in (0, W))
    tints = [
        np.asarray(prints.compose(scene, part, {"a": SMALL}, whole=whole))[H // 2, W // 2]
        for part in (left, right)
    ]
    assert np.abs(tints[0].astype(int) - tints[1]).max() <= 2


@pytest.mark.parametrize("strength", [1.0, 0.3])
@pytest.mark.parametrize("name", looks.NAMES)
def test_a_print_has_its_look_as_the_reference_says(name, strength):
    layers = (Layer("a", scale=0.92, y=0.54), Layer("c", scale=0.8, x=0.8))
    pictures, look = {"a": SMALL, "c": TALL}, Look(name, strength)
    printed = np.asarray(prints.compose(Scene(Background(), layers, look), ground(), pictures))
    plain = prints.compose(Scene(Background(), layers), ground(), pictures)
    assert psnr(printed, grading.graded(np.asarray(plain).astype(float), look)) >= 48


def test_a_look_keeps_to_the_shape_of_what_it_is_given_to():
    """A strip's windows have a frame of their own each, as wide as it is to the height."""
    for size in ((540, 330), (300, 900)):
        grey = Image.new("RGB", size, "#808080")
        shown = np.asarray(prints.compose(Scene(look=Look("instant")), grey, {})).astype(int)
        paper = looks.RECIPES["instant"].frame
        white = (np.abs(shown - paper.colour).max(-1) <= 2)[:, size[0] // 2]
        opening = np.flatnonzero(~white)
        assert abs(opening[0] - paper.side * size[1]) <= 2
        assert abs(size[1] - 1 - opening[-1] - paper.foot * size[1]) <= 2


def test_hidden_colour_leaves_no_rim():
    black = Image.new("RGB", (W, H))
    printed = prints.compose(Scene(Background(), (Layer("b", scale=0.4),)), black, {"b": LARGE})
    assert np.asarray(printed).max() < 0.95 * 255


@pytest.mark.parametrize("rotation", [0, 10])
@pytest.mark.parametrize("size", [(40, 30), (160, 120), (1600, 1200)])
def test_an_edge_keeps_its_colour(size, rotation):
    sharp = Image.new("RGBA", size)
    sharp.paste((200, 100, 30, 255), (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1]))
    scene = Scene(Background(), (Layer("a", rotation=rotation),))
    shown = np.asarray(prints.compose(scene, Image.new("RGB", (W, H)), {"a": sharp})).astype(int)
    assert np.abs(shown[H // 2, W // 2] - (200, 100, 30)).max() <= 2
    assert (shown <= np.array([200, 100, 30]) + 2).all()


def test_nothing_to_see_draws_nothing():
    clear = {"a": Image.new("RGBA", (40, 30), (255, 255, 255, 0))}
    for layer in (Layer("a"), Layer("a", rotation=20)):
        printed = prints.compose(Scene(Background(), (layer,)), ground(), clear)
        assert np.array_equal(np.asarray(printed), np.asarray(ground()))


def test_progress_rises_to_the_end():
    told: list[float] = []
    scene = Scene(Background(), (Layer("a"), Layer("b", x=0.2), Layer("c", x=0.8)))
    prints.compose(scene, ground(), {"a": SMALL, "c": TALL}, told.append)
    assert told == [0.5, 1.0]


# --- backgrounds, files ----------------------------------------------------------------------


def test_plain_is_its_colour(tmp_path):
    plain = prints.background(Background("plain", "#102030"), tmp_path, prints.SIZE)
    assert plain.size == prints.SIZE
    assert plain.getpixel((5, 5)) == (0x10, 0x20, 0x30)


def test_a_preset_covers_the_print_and_keeps_its_proportions(tmp_path):
    y, x = np.mgrid[:90, :240]
    disc = (np.hypot(x - 120, y - 45) < 30)[..., None] * np.uint8([255, 255, 255])
    Image.fromarray(disc).save(tmp_path / "beach.webp", lossless=True)
    covered = np.asarray(prints.background(Background("beach"), tmp_path, (480, 270)))
    white = np.argwhere(covered[..., 0] > 128)
    height, width = white.max(0) - white.min(0) + 1
    assert covered.shape == (270, 480, 3)
    assert abs(int(width) - int(height)) <= 2
    assert abs(width - 180) <= 4


def test_only_prints_load_the_large_picture_of_a_preset(tmp_path):
    Image.new("RGB", (16, 9), "#FF0000").save(tmp_path / "beach.webp", lossless=True)
    Image.new("RGB", (16, 9), "#0000FF").save(tmp_path / "beach.print.jpg")
    red, _, _ = prints.background(Background("beach"), tmp_path, (1280, 720)).getpixel((9, 9))
    _, _, blue = prints.background(Background("beach"), tmp_path, prints.SIZE).getpixel((9, 9))
    assert red > 250
    assert blue > 250


def test_a_preset_that_was_not_built_is_drawn(tmp_path):
    drawn = prints.background(Background("riso"), tmp_path, (160, 90))
    assert len(drawn.getcolors(160 * 90) or ()) > 10


def test_files_are_what_they_are_called():
    files = prints.encoded(ground())
    found = {kind: Image.open(io.BytesIO(data)) for kind, data in files.items()}
    assert {kind: file.format for kind, file in found.items()} == {
        "jpg": "JPEG",
        "png": "PNG",
        "webp": "WEBP",
    }
    assert found["webp"].size == (640, 360)
    assert np.array_equal(np.asarray(found["png"]), np.asarray(ground()))
    assert psnr(np.asarray(found["jpg"]), np.asarray(ground())) > 40
