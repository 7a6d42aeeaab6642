"""Compile the kernels: `python -m sameframe_worker.kernels.build`. Needs PyPI's ziglang.

Makes kernels.wasm.so, a WebAssembly side module with SIMD that Pyodide's ctypes opens (no libc,
no emscripten), and kernels.native.so, the same source for this machine.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = sorted(HERE.glob("*.c"))
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wno-psabi")


def _zig(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *map(str, words)], check=True)


def wasm(out: Path) -> None:
    """Build the side module."""
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        for source in SOURCES:
            objects.append(Path(folder) / f"{source.stem}.o")
            _zig(
                "cc", "--target=wasm32-freestanding", "-ffreestanding", "-O3", "-msimd128",
                "-mrelaxed-simd", "-mbulk-memory", "-fPIC", *WARNINGS,
                "-c", source, "-o", objects[-1],
            )  # fmt: skip
        _zig("wasm-ld", "--experimental-pic", "-shared", "-s", "--no-entry", *objects, "-o", out)


def native(out: Path) -> None:
    """Build the shared library for this machine, for tests on CPython."""
    _zig("cc", "-O3", "-shared", "-fPIC", "-fno-sanitize=all", *WARNINGS, *SOURCES, "-o", out)


if __name__ == "__main__":
    wasm(HERE / "kernels.wasm.so")
    native(HERE / "kernels.native.so")
