"""What the programs of the GPU have in common: how one is made, how a texture is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sameframe_worker.stage.renderer import Lost

# `box` is the part of the output to be touched, in pixels from the upper left corner; GL counts
# rows from below.
VERTEX = """#version 300 es
uniform vec4 box;
uniform vec2 size;
void main() {
  vec2 at = mix(box.xy, box.zw, vec2(gl_VertexID & 1, gl_VertexID >> 1)) / size * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0, 1);
}"""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and where its uniforms are."""

    program: Any
    at: dict[str, Any]


def program(
    gl: Any, fragment: str, samplers: Sequence[str], uniforms: Sequence[str], size: tuple[int, int]
) -> Program:
    """Return a program that draws on an output of this size, in use. Raises Lost."""
    made = gl.createProgram()
    for kind, source in ((gl.VERTEX_SHADER, VERTEX), (gl.FRAGMENT_SHADER, fragment)):
        shader = gl.createShader(kind)
        gl.shaderSource(shader, source)
        gl.compileShader(shader)
        gl.attachShader(made, shader)
    gl.linkProgram(made)
    if not gl.getProgramParameter(made, gl.LINK_STATUS):
        raise Lost(gl.getProgramInfoLog(made) or "the program does not link")
    gl.useProgram(made)
    for unit, name in enumerate(samplers):
        gl.uniform1i(gl.getUniformLocation(made, name), unit)
    at = {name: gl.getUniformLocation(made, name) for name in ("box", "size", *uniforms)}
    gl.uniform2f(at["size"], *size)
    return Program(made, at)


def texture(gl: Any, kind: int, width: int, height: int) -> Any:
    """Return a texture that is filtered and ends at its edges, bound to the active unit."""
    made, flat = gl.createTexture(), gl.TEXTURE_2D
    gl.bindTexture(flat, made)
    gl.texStorage2D(flat, 1, kind, width, height)
    smooth(gl, flat)
    return made


def smooth(gl: Any, target: int) -> None:
    """Filter the bound texture, and end it at its edges."""
    for name in (gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER):
        gl.texParameteri(target, name, gl.LINEAR)
    for name in (gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R):
        gl.texParameteri(target, name, gl.CLAMP_TO_EDGE)
