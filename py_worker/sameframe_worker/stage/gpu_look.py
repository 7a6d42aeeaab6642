"""A look by the GPU: everything is drawn into a texture, and that onto the canvas with the look."""

from typing import Any

from sameframe_worker.looks import GRAIN_SIDE, GRID, SIZE
from sameframe_worker.scene import Look
from sameframe_worker.stage.gl import program, smooth, texture
from sameframe_worker.stage.grade import grain, nodes, surround

# As looks.py; lengths in pixels.
FRAGMENT = (
    """#version 300 es
precision highp float;
precision highp sampler3D;
uniform sampler2D composed, grain;
uniform sampler3D nodes;
uniform vec2 size;
uniform float strength, noise, vignette;
uniform vec3 shade, frame;
uniform vec4 opening;            // side, foot, radius, softness
out vec4 colour;
void main() {
  vec2 p = vec2(gl_FragCoord.x, size.y - gl_FragCoord.y);
  vec3 rgb = texelFetch(composed, ivec2(gl_FragCoord.xy), 0).rgb;
  rgb = mix(rgb, texture(nodes, (rgb * (NODES - 1.0) + 0.5) / NODES).rgb, strength);
  rgb += noise * (texture(grain, p * (ROWS / size.y / TILE)).r * 2.0 - 1.0);
  vec2 aside = p / size * 2.0 - 1.0;
  float far = dot(aside, aside) / 2.0;
  rgb = mix(rgb, shade, far * far * vignette);
  if (opening.x > 0.0) {
    vec2 half_size = vec2(size.x / 2.0 - opening.x, (size.y - opening.x - opening.y) / 2.0);
    vec2 middle = vec2(size.x / 2.0, opening.x + half_size.y);
    vec2 d = abs(p - middle) - half_size + opening.z;
    float beyond = length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - opening.z;
    rgb = mix(rgb, frame, clamp(beyond / opening.w + 0.5, 0.0, 1.0));
  }
  colour = vec4(rgb, 1);
}""".replace("NODES", f"{SIZE}.0")
    .replace("ROWS", f"{GRID}.0")
    .replace("TILE", f"{GRAIN_SIDE}.0")
)
UNIFORMS = ("strength", "noise", "vignette", "shade", "frame", "opening")
SAMPLERS = ("composed", "grain", "nodes")


class GpuLook:
    """Gives looks in a context whose canvas is width × height; leaves its own program in use."""

    def __init__(self, gl: Any, heap: Any, width: int, height: int):
        self._gl, self._heap, self._height = gl, heap, height
        self._program = program(gl, FRAGMENT, SAMPLERS, UNIFORMS, (width, height))
        gl.uniform4f(self._program.at["box"], 0, 0, width, height)
        gl.activeTexture(gl.TEXTURE2)
        self._nodes = gl.createTexture()
        gl.bindTexture(gl.TEXTURE_3D, self._nodes)
        gl.texStorage3D(gl.TEXTURE_3D, 1, gl.RGB8, SIZE, SIZE, SIZE)
        smooth(gl, gl.TEXTURE_3D)
        gl.activeTexture(gl.TEXTURE1)
        self._grain = texture(gl, gl.R8, GRAIN_SIDE, GRAIN_SIDE)
        for name in (gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T):
            gl.texParameteri(gl.TEXTURE_2D, name, gl.REPEAT)
        gl.texSubImage2D(
            gl.TEXTURE_2D, 0, 0, 0, GRAIN_SIDE, GRAIN_SIDE, gl.RED, gl.UNSIGNED_BYTE, heap(grain())
        )
        gl.activeTexture(gl.TEXTURE0)
        self._composed = texture(gl, gl.RGBA8, width, height)
        self._tray = gl.createFramebuffer()
        gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, self._tray)
        gl.framebufferTexture2D(
            gl.DRAW_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, self._composed, 0
        )
        gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, None)

    def choose(self, look: Look) -> None:
        """Give this look from now on."""
        gl, at, around = self._gl, self._program.at, surround(look, self._height)
        gl.activeTexture(gl.TEXTURE2)
        gl.bindTexture(gl.TEXTURE_3D, self._nodes)
        gl.texSubImage3D(
            gl.TEXTURE_3D, 0, 0, 0, 0, SIZE, SIZE, SIZE,
            gl.RGB, gl.UNSIGNED_BYTE, self._heap(nodes(look.name)),
        )  # fmt: skip
        gl.useProgram(self._program.program)
        gl.uniform1f(at["strength"], look.strength)
        gl.uniform1f(at["noise"], around.grain / 255)
        gl.uniform1f(at["vignette"], around.vignette)
        gl.uniform3f(at["shade"], *(value / 255 for value in around.shade))
        gl.uniform3f(at["frame"], *(value / 255 for value in around.colour))
        gl.uniform4f(at["opening"], around.side, around.foot, around.radius, around.softness)

    def begin(self) -> None:
        """Let what is drawn from now on be given the look."""
        self._gl.bindFramebuffer(self._gl.DRAW_FRAMEBUFFER, self._tray)

    def finish(self) -> None:
        """Draw it onto the canvas."""
        gl = self._gl
        gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, None)
        gl.useProgram(self._program.program)
        gl.disable(gl.BLEND)
        gl.activeTexture(gl.TEXTURE0)
        gl.bindTexture(gl.TEXTURE_2D, self._composed)
        gl.activeTexture(gl.TEXTURE1)
        gl.bindTexture(gl.TEXTURE_2D, self._grain)
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
        gl.enable(gl.BLEND)
