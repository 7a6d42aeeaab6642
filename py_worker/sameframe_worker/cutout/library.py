"""The cutout's kernels with the types of their arguments (an int alone would be cut to 32 bits)."""

from ctypes import CDLL, c_int32, c_void_p

from sameframe_worker.kernels import load

_P, _I = c_void_p, c_int32

_ARGUMENTS = {
    "from_nv12": (_P, _P, _I, _I),
    "from_rgba": (_P, _P, _I, _I),
    "scale": (_P, _I, _I, _P, _I, _I, _P),
    "empty": (_P, _I, _I),
    "input": (_P, _P, _P, _I, _I, _P),
    "steady": (_P, _P, _P, _P, _P, _I, _P),
    "islands": (_P, _P, _I, _P),
    "workspace": (_I, _I),
    "refine": (_P, _P, _P, _P, _I, _I),
    "stack": (_P, _P, _P, _P, _I, _I),
    "layer": (_P, _P, _I, _I, _P, _I, _I, _P),
    "layer_scratch": (_I,),
}


def cutout_kernels() -> CDLL:
    """Open the kernels. Raises OSError where they were not built."""
    library = load()
    for name, arguments in _ARGUMENTS.items():
        kernel = getattr(library, f"cutout_{name}")
        kernel.argtypes = arguments
        kernel.restype = c_int32 if name in ("steady", "workspace", "layer_scratch") else None
    return library
