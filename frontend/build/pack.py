"""Runs inside Pyodide under Node, see pack.mjs: find what the workers import, and compile it."""

import importlib.util
import io
import marshal
import sys
import zipfile
from pathlib import Path

SOURCE = Path("/source")
STDLIB = next(path for path in sys.path if path.endswith(".zip"))
# Imported only when something goes wrong or by name at run time, so that an import can't find them.
LAZY = ["traceback", "linecache", "tokenize", "encodings.utf_8", "encodings.ascii",
        "encodings.latin_1", "encodings.idna", "textwrap", "_colorize"]  # fmt: skip
FIXED = (1980, 1, 1, 0, 0, 0)  # reproducible archives


def bytecode(source: bytes, name: str) -> bytes:
    """Compile to the contents of a .pyc that is never checked against its source."""
    # Without docstrings, a third smaller; Pyodide reads its own ones at start-up.
    level = 1 if "pyodide/" in name else 2
    code = compile(source, name, "exec", dont_inherit=True, optimize=level)
    unchecked = (0b01).to_bytes(4, "little") + bytes(8)
    return importlib.util.MAGIC_NUMBER + unchecked + marshal.dumps(code)


def archive(files: dict[str, bytes]) -> bytes:
    """Zip, uncompressed, in a fixed order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as zipped:
        for name, content in sorted(files.items()):
            zipped.writestr(zipfile.ZipInfo(name, FIXED), content)
    return out.getvalue()


def compiled(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the archive's entry for one file of source."""
    if name.endswith(".py"):
        return name + "c", bytecode(content, name)
    return name, content


sys.path.insert(0, str(SOURCE))
import sameframe_worker.cutout_worker  # noqa: E402
import sameframe_worker.stage_worker  # noqa: E402, F401

for lazy in LAZY:
    importlib.import_module(lazy)

with zipfile.ZipFile(STDLIB) as zipped:
    stdlib = {}
    for module in list(sys.modules):
        path = module.replace(".", "/")
        for name in (f"{path}.py", f"{path}/__init__.py"):
            if name in zipped.namelist():
                entry, content = compiled(name, zipped.read(name))
                stdlib[entry] = content

package = sorted((SOURCE / "sameframe_worker").rglob("*.py"))
worker = dict(
    compiled(str(path.relative_to(SOURCE)), path.read_bytes())
    for path in package
    if path.name != "build.py"
)
{"stdlib": archive(stdlib), "worker": archive(worker)}
