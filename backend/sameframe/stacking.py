"""Props as the stage wants them: stacked frames like everyone's, as a picture that any <img> takes.

So the stage draws a prop by the very path that it draws people by, in either renderer.
"""

import io

import numpy as np
from PIL import Image
from sameframe_worker import stacked

HEIGHTS = (128, 256, 512, 1024)  # px, of the colour part; the stage takes the least that is enough
WIDEST = 2048  # px
_STEPS = (4, 16, 64)  # px, how far colour is carried beyond the edge, ever more coarsely


def stack(picture: Image.Image, photo: bool = False) -> bytes:
    """Return RGBA with straight alpha as a stacked frame, colour above mask: a WebP.

    Colour goes on beyond the edge, where filters take some of it in. What is drawn is kept without
    loss, of which a photo would weigh ten times as much.
    """
    size = _size(picture)
    picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=3)
    alpha = picture.getchannel("A")
    out = Image.new("RGB", stacked.frame_size(*size))
    out.paste(_carried(picture), (0, 0))
    half = alpha.resize((size[0], size[1] // 2), Image.Resampling.BOX)
    # In I420 black is 16 and white is 235.
    luma = [stacked.mask_to_luma(value) for value in range(256)]
    mask = half.point([round((value - 16) * 255 / 219) for value in luma])
    out.paste(Image.merge("RGB", (mask, mask, mask)), (0, size[1]))
    file = io.BytesIO()
    how = {"quality": 92, "method": 2} if photo else {"lossless": True, "quality": 20, "method": 0}
    out.save(file, "WEBP", **how)
    return file.getvalue()


def _size(picture: Image.Image) -> tuple[int, int]:
    """Return the nearest size that is no wider than WIDEST, and that can be stacked."""
    part = min(1.0, WIDEST / picture.width)
    width, height = picture.width * part, picture.height * part
    return max(16, round(width / 2) * 2), max(16, round(height / 4) * 4)


def _carried(picture: Image.Image) -> Image.Image:
    """Return the colour, with that of the nearest edge where there is none."""
    flat = Image.new("RGB", picture.size, (128, 128, 128))
    premultiplied = picture.convert("RGBa")
    for step in reversed(_STEPS):
        small = (max(1, picture.width // step), max(1, picture.height // step))
        part = np.asarray(premultiplied.resize(small, Image.Resampling.BOX), np.float32)
        alpha = part[..., 3:]
        colour = np.where(alpha > 0, part[..., :3] * 255 / np.maximum(alpha, 1), 0)
        coarse = Image.fromarray(np.clip(np.rint(colour), 0, 255).astype(np.uint8), "RGB")
        seen = Image.fromarray(((alpha[..., 0] > 0) * 255).astype(np.uint8), "L")
        flat.paste(
            coarse.resize(picture.size, Image.Resampling.NEAREST),
            mask=seen.resize(picture.size, Image.Resampling.NEAREST),
        )
    there = picture.getchannel("A").point(lambda value: 255 if value else 0)
    flat.paste(picture.convert("RGB"), mask=there)
    return flat
