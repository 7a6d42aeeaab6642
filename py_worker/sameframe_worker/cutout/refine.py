"""From the model's mask to the stacked frame: steady in time, edges on edges, nothing of the room.

refiner = Refiner(kernels, width, height)
refiner.look(picture, segmentation)
await segmentation.run()
refiner.cut(picture, segmentation)      # refiner.stacked holds the stacked frame
"""

from ctypes import CDLL

from sameframe_worker.cutout.picture import Picture
from sameframe_worker.cutout.segment import SIZE, Segmentation
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import frame_size, i420_bytes

# Confident patches smaller than this many cells of the 64 × 64 that the mask has (0.6 %) are not
# people: a hand held into the picture is larger, a lamp that the model likes is not.
SMALLEST_PATCH = 24


class GarbledMask(ValueError):
    """The model's output is no mask."""


class Refiner:
    """Makes stacked frames of one size; remembers the last mask and the picture it belongs to."""

    def __init__(self, kernels: CDLL, width: int, height: int):
        self.width, self.height = width, height
        self.stacked = Buffer(i420_bytes(*frame_size(width, height)))
        self._kernels = kernels
        self._seen, self._before = Buffer(3 * SIZE * SIZE), Buffer(3 * SIZE * SIZE)
        self._steady, self._kept = Buffer(SIZE * SIZE), Buffer(SIZE * SIZE)
        self._rates = Buffer(SIZE * SIZE)
        self._alpha = Buffer(width * height // 2)
        self._scratch = Buffer(2 * SIZE * SIZE + 4096 + 2 * width)
        self._workspace = Buffer(kernels.cutout_workspace(width, height))
        self._fresh = True
        self.forget()

    def look(self, picture: Picture, segmentation: Segmentation) -> None:
        """Scale the picture down for the model."""
        self._seen, self._before = self._before, self._seen
        self._kernels.cutout_input(
            segmentation.picture.address,
            self._seen.address,
            picture.planes.address,
            self.width,
            self.height,
            self._scratch.address,
        )

    def cut(self, picture: Picture, segmentation: Segmentation) -> None:
        """Cut the picture out along the model's mask, into `stacked`.

        Raises GarbledMask for NaN and for what is not in 0..1.
        """
        kernels, size = self._kernels, (self.width, self.height)
        garbled = kernels.cutout_steady(
            self._steady.address,
            self._rates.address,
            segmentation.mask.address,
            self._seen.address,
            self._before.address,
            self._fresh,
            self._scratch.address,
        )
        if garbled:
            raise GarbledMask(f"{garbled} values of the model's mask are none")
        self._fresh = False
        kernels.cutout_islands(
            self._kept.address, self._steady.address, SMALLEST_PATCH, self._scratch.address
        )
        planes, workspace = picture.planes.address, self._workspace.address
        kernels.cutout_refine(workspace, planes, self._kept.address, self._rates.address, *size)
        kernels.cutout_stack(self.stacked.address, self._alpha.address, planes, workspace, *size)

    def part(self, spare: Buffer | None) -> Buffer:
        """Part with the fits of the frame that was cut last, as `cutout_layer` takes them.

        `spare`, one of those parted with before, takes their place if it fits.
        """
        fits = self._workspace
        fitting = spare is not None and spare.size == fits.size
        self._workspace = spare if fitting else Buffer(fits.size)
        return fits

    def forget(self) -> None:
        """Empty the stacked frame and overwrite what was seen; the next mask is taken as it is."""
        self._fresh = True
        for buffer in (
            self._seen,
            self._before,
            self._steady,
            self._kept,
            self._rates,
            self._alpha,
            self._workspace,
            self._scratch,
        ):
            buffer.wipe()
        self._kernels.cutout_empty(self.stacked.address, self.width, self.height)
