"""The kernels: small C functions that move pixels, the same source in the browser and on CPython.

`load()` opens the library; every function then takes addresses from `Buffer`:

    kernels = load()
    buffer = Buffer(640 * 480)
    kernels.some_function(buffer.address, ...)
"""

import ctypes
import sys
from pathlib import Path

WASM, NATIVE = "kernels.wasm.so", "kernels.native.so"


class Buffer:
    """Memory that kernels and JavaScript write into; `view` is the same bytes for Python."""

    __slots__ = ("address", "size", "view")

    def __init__(self, size: int):
        self.view = bytearray(size)
        self.size = size
        self.address = ctypes.addressof((ctypes.c_char * size).from_buffer(self.view))

    def wipe(self) -> None:
        """Overwrite everything with zeros."""
        ctypes.memset(self.address, 0, self.size)


def load() -> ctypes.CDLL:
    """Open the kernels for this platform. Raises OSError where they were not built."""
    name = WASM if sys.platform == "emscripten" else NATIVE
    beside = Path(__file__).with_name(name)
    # In a worker this package is a zip archive, and its shell puts the library into the root.
    return ctypes.CDLL(str(beside if beside.exists() else Path("/", name)))
