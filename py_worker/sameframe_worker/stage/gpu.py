"""The renderer for machines with a GPU: WebGL2, one texture per plane, one quad per guest.

It draws on a canvas of its own, which `show` copies onto the stage's 2D context: so the stage's
canvas outlives a lost context, and the cpu renderer can take it over.
"""

from collections.abc import Sequence
from ctypes import CDLL
from dataclasses import dataclass
from typing import Any

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.light import NONE, SMALL, SOFT
from sameframe_worker.scene import Look, Placement
from sameframe_worker.stage.gl import program, texture
from sameframe_worker.stage.gpu_look import GpuLook
from sameframe_worker.stage.lamp import PLANE, Lit
from sameframe_worker.stage.loop import Loop, rgba
from sameframe_worker.stage.picture import Picture
from sameframe_worker.stage.renderer import Kind, Lost

# Sampling as stacked.py, colours as reference.py.
FRAGMENT = (
    """#version 300 es
precision highp float;
uniform sampler2D luma, chroma_u, chroma_v, soft, shade, near;
uniform vec2 size, frame;        // the output's and the unrotated placement's size
uniform vec3 across, down;       // Placement.inverse()
uniform vec4 rows;               // seam, colour_last, chroma_last, mask_first
uniform float opacity, wrap, shadow;
uniform vec4 red, green, blue;   // the layer's tint, what is added as a fraction
out vec4 colour;
float at(sampler2D plane, vec2 p, float first, float last) {
  vec2 whole = vec2(textureSize(plane, 0));
  p = clamp(p, vec2(0.5, first + 0.5), vec2(whole.x - 0.5, last + 0.5));
  return texture(plane, p / whole).r;
}
void main() {
  vec3 p = vec3(gl_FragCoord.x, size.y - gl_FragCoord.y, 1);
  vec2 uv = vec2(dot(across, p), dot(down, p));
  vec2 whole = vec2(textureSize(luma, 0));
  vec2 on = vec2(uv.x * whole.x, uv.y * rows.x);
  float below = rows.x + uv.y * (whole.y - rows.x);
  float mask = at(luma, vec2(on.x, below), rows.w, whole.y - 1.0) * 255.0;
  float y = clamp(at(luma, on, 0.0, rows.y) * 255.0, 16.0, 235.0) - 16.0;
  float u = at(chroma_u, on / 2.0, 0.0, rows.z) * 255.0 - 128.0;
  float v = at(chroma_v, on / 2.0, 0.0, rows.z) * 255.0 - 128.0;
  float mid = -(0.114 * 0.886 * u + 0.299 * 0.701 * v) / 0.587;
  vec3 rgb = y * (255.0 / 219.0) + vec3(0.701 * v, mid, 0.886 * u) * (255.0 / 112.0);
  vec4 one = vec4(rgb / 255.0, 1);
  rgb = clamp(vec3(dot(red, one), dot(green, one), dot(blue, one)), 0.0, 1.0);
  float thin = 1.0 - at(soft, uv * vec2(textureSize(soft, 0)), 0.0, SOFT_LAST);
  rgb = mix(rgb, texture(near, p.xy / size).rgb, wrap * thin);
  float behind = at(shade, uv * vec2(textureSize(shade, 0)), 0.0, SOFT_LAST) * shadow;
  vec2 edge = clamp(min(uv, 1.0 - uv) * frame + 0.5, 0.0, 1.0);
  float a = clamp((mask - MASK_FLOOR) / (MASK_CEIL - MASK_FLOOR), 0.0, 1.0);
  a *= edge.x * edge.y * opacity;
  behind *= edge.x * edge.y * opacity;
  colour = vec4(rgb * a, a + behind * (1.0 - a));
}""".replace("SOFT_LAST", f"{SOFT[1] - 1}.0")
    .replace("MASK_FLOOR", f"{stacked.MASK_FLOOR}.0")
    .replace("MASK_CEIL", f"{stacked.MASK_CEIL}.0")
)
TINT = ("red", "green", "blue")
UNIFORMS = ("frame", "across", "down", "rows", "opacity", "wrap", "shadow", *TINT)
SAMPLERS = ("luma", "chroma_u", "chroma_v", "soft", "shade", "near")
_PLANES, _NEAR = 3, 5  # units of a picture's planes come first; then what its light needs


@dataclass(slots=True)
class _Textures:
    planes: list[Any]
    width: int
    height: int
    picture: Picture | None = None
    soft_of: Picture | None = None  # whose mask is softened there


class GpuRenderer:
    """Composes in a WebGL2 context; `heap` gives a Uint8Array over a Buffer."""

    kind: Kind = "gpu"

    def __init__(self, canvas: Any, gl: Any, heap: Any, kernels: CDLL, width: int, height: int):
        self._canvas, self._gl, self._heap, self._kernels = canvas, gl, heap, kernels
        self._width, self._height = width, height
        self._guests: dict[str, _Textures] = {}
        self._lit = Lit()
        self._soft = [Buffer(SOFT[0] * SOFT[1]) for _ in range(2)]  # and its shade
        # Reading an attribute of a JavaScript object costs 1 µs: constants are read once.
        self._texture_2d, self._texture0 = gl.TEXTURE_2D, gl.TEXTURE0
        self._r8, self._red, self._byte = gl.R8, gl.RED, gl.UNSIGNED_BYTE
        self._strip = gl.TRIANGLE_STRIP
        self._blit = (gl.COLOR_BUFFER_BIT, gl.NEAREST)
        gl.viewport(0, 0, width, height)
        gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
        gl.enable(gl.BLEND)
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
        self._program = program(gl, FRAGMENT, SAMPLERS, UNIFORMS, (width, height))
        self._look = Look()
        self._looks: GpuLook | None = None
        self._near = self._texture(gl.RGBA8, *SMALL)
        self._backdrop = self._texture(gl.RGBA8, width, height)
        # It reaches the canvas by a blit from this framebuffer, which needs no program.
        self._behind = gl.createFramebuffer()
        gl.bindFramebuffer(gl.READ_FRAMEBUFFER, self._behind)
        gl.framebufferTexture2D(
            gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, self._texture_2d, self._backdrop, 0
        )

    def background(self, behind: Buffer | Loop) -> None:
        """Upload the background."""
        gl = self._gl
        self._use(0, self._backdrop)
        gl.texSubImage2D(
            self._texture_2d, 0, 0, 0, self._width, self._height,
            gl.RGBA, self._byte, self._heap(rgba(behind)),
        )  # fmt: skip

    def look(self, look: Look) -> None:
        """Give everything this look from now on."""
        if look == self._look:
            return
        self._look = look
        if not look.plain:
            self._looks = self._looks or GpuLook(self._gl, self._heap, self._width, self._height)
            self._looks.choose(look)
            self._gl.useProgram(self._program.program)

    def light(self, lit: Lit) -> None:
        """Let everyone stand in this light from now on."""
        if lit.near is not None and lit.near is not self._lit.near:
            pixels, cells = Buffer(4 * SMALL[0] * SMALL[1]), SMALL[0] * SMALL[1]
            for channel in range(3):
                start = channel * PLANE
                pixels.view[channel::4] = lit.near.view[start : start + cells]
            self._use(_NEAR, self._near)
            self._gl.texSubImage2D(
                self._texture_2d, 0, 0, 0, *SMALL, self._gl.RGBA, self._byte, self._heap(pixels)
            )
        self._lit = lit

    def coarse(self, on: bool) -> None:
        """Do nothing: a look is cheap here."""

    def ingest(self, guest: str, picture: Picture, placement: Placement) -> None:
        """Upload a picture's planes."""
        held, (w, h) = self._guests.get(guest), (picture.width, picture.height)
        half = ((w + 1) // 2, (h + 1) // 2)
        if held is None or (held.width, held.height) != (w, h):
            self.forget(guest)
            sizes = (w, h), half, half, SOFT, SOFT
            planes = [self._texture(self._r8, *size) for size in sizes]
            held = self._guests[guest] = _Textures(planes, w, h)
        held.picture = picture
        heap, start = self._heap(picture.planes), 0
        for plane, size in zip(held.planes[:_PLANES], ((w, h), half, half), strict=True):
            end = start + size[0] * size[1]
            self._use(0, plane)
            self._gl.texSubImage2D(
                self._texture_2d, 0, 0, 0, *size, self._red, self._byte, heap.subarray(start, end)
            )
            start = end

    def _soften(self, held: _Textures) -> None:
        """Upload what light needs of a picture's mask, if it is not there yet."""
        picture = held.picture
        if picture is None or held.soft_of is picture:
            return
        soft, shade = self._soft
        self._kernels.light_soft(
            soft.address, shade.address, picture.planes.address, picture.width, picture.height,
            stacked.rows(picture.height).mask_first,
        )  # fmt: skip
        held.soft_of = picture
        for unit, cells in enumerate(self._soft, _PLANES):
            self._use(unit, held.planes[unit])
            self._gl.texSubImage2D(
                self._texture_2d, 0, 0, 0, *SOFT, self._red, self._byte, self._heap(cells)
            )

    def fits(self, guest: str, placement: Placement) -> bool:
        """Tell whether the guest has textures: those serve any placement."""
        return guest in self._guests

    def forget(self, guest: str) -> None:
        """Delete the guest's textures."""
        if (held := self._guests.pop(guest, None)) is not None:
            for plane in held.planes:
                self._gl.deleteTexture(plane)

    def compose(self, placed: Sequence[tuple[str, Placement]]) -> None:
        """Draw the background and one quad per guest."""
        gl, at, w, h = self._gl, self._program.at, self._width, self._height
        looks = None if self._look.plain else self._looks
        if looks:
            looks.begin()
        gl.blitFramebuffer(0, 0, w, h, 0, h, w, 0, *self._blit)
        self._use(_NEAR, self._near)
        for guest, p in placed:
            held = self._guests[guest]
            lit = guest not in self._lit.unlit
            gl.uniform1f(at["wrap"], self._lit.wrap * lit)
            gl.uniform1f(at["shadow"], self._lit.shadow * lit)
            if lit and (self._lit.shadow or self._lit.wrap):
                self._soften(held)
            for unit, plane in enumerate(held.planes):
                self._use(unit, plane)
            a, b, c, d, e, f = p.inverse()
            sampled = stacked.rows(held.height)
            gl.uniform4f(at["box"], p.x0, p.y0, p.x1, p.y1)
            gl.uniform2f(at["frame"], p.width, p.height)
            gl.uniform3f(at["across"], a, b, c)
            gl.uniform3f(at["down"], d, e, f)
            gl.uniform4f(
                at["rows"], sampled.seam, sampled.colour_last, sampled.chroma_last,
                sampled.mask_first,
            )  # fmt: skip
            gl.uniform1f(at["opacity"], p.opacity)
            tint = self._lit.tints.get(guest, NONE)
            for n, name in enumerate(TINT):
                r, g, b, plus = tint[4 * n : 4 * n + 4]
                gl.uniform4f(at[name], r, g, b, plus / 255)
            gl.drawArrays(self._strip, 0, 4)
        if looks:
            looks.finish()
            gl.useProgram(self._program.program)

    def finish(self, pixel: Buffer) -> None:
        """Wait until everything is drawn, by reading one pixel (4 bytes)."""
        gl = self._gl
        gl.bindFramebuffer(gl.READ_FRAMEBUFFER, None)
        gl.readPixels(0, 0, 1, 1, gl.RGBA, self._byte, self._heap(pixel))
        gl.bindFramebuffer(gl.READ_FRAMEBUFFER, self._behind)

    def show(self, context: Any) -> None:
        """Copy the canvas onto the stage's. Raises Lost."""
        if self._gl.isContextLost():
            raise Lost
        context.drawImage(self._canvas, 0, 0)

    def _use(self, unit: int, texture: Any) -> None:
        self._gl.activeTexture(self._texture0 + unit)
        self._gl.bindTexture(self._texture_2d, texture)

    def _texture(self, kind: int, width: int, height: int) -> Any:
        self._gl.activeTexture(self._texture0)
        return texture(self._gl, kind, width, height)
