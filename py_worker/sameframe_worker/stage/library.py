"""The stage's kernels with the types of their arguments (an int alone would be cut to 32 bits)."""

from ctypes import CDLL, c_int32, c_void_p

from sameframe_worker.kernels import load

_P, _I = c_void_p, c_int32


def stage_kernels() -> CDLL:
    """Open the kernels. Raises OSError where they were not built."""
    library = load()
    library.stage_rasterise.argtypes = (_P,)
    library.stage_blend.argtypes = (_P, _I, _I, _P, _P, _I, _I, _I, _I)
    library.stage_straight.argtypes = (_P, _P, _P, _I, _I, _I)
    library.stage_from_nv12.argtypes = (_P, _P, _I, _I)
    library.stage_from_rgba.argtypes = (_P, _P, _I, _I)
    library.stage_from_i420.argtypes = (_P, _P, _I, _I, _I, _I)
    library.look_table.argtypes = (_P, _P, _I)
    library.look_surround.argtypes = (_P, _P, _P, _I, _I, _P)
    library.look_apply.argtypes = (_P, _P, _P, _P, _P, _P, _I, _I, _I)
    library.light_person.argtypes = (_P, _P, _I, _I, _I, _I, _I)
    library.light_soft.argtypes = (_P, _P, _P, _I, _I, _I)
    library.light_ground.argtypes = (_P, _P, _I, _P, _I, _I)
    library.stage_to_i420.argtypes = (_P, _P, _I, _I)
    library.stage_scale.argtypes = (_P, _I, _I, _P, _I, _I)
    library.stage_mix.argtypes = (_P, _P, _P, _I, _I)
    for name in (
        "rasterise",
        "blend",
        "straight",
        "from_nv12",
        "from_rgba",
        "from_i420",
        "to_i420",
        "mix",
        "scale",
    ):
        getattr(library, f"stage_{name}").restype = None
    for name in ("table", "surround", "apply"):
        getattr(library, f"look_{name}").restype = None
    library.light_person.restype = library.light_soft.restype = library.light_ground.restype = None
    return library
