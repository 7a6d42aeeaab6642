"""Who may import whom (docs/ARCHITECTURE.md): read from the source, not from memory."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "backend" / "sameframe"
WORKER = ROOT / "py_worker" / "sameframe_worker"
FRONTEND = ROOT / "frontend" / "src"
BROWSER = {"js", "pyodide", "pyodide_js", "_pyodide"}

# The rules of a room, and what they may know of us.
PURE = {
    BACKEND / "rooms.py": {
        *("events", "furnishing", "decor", "seats", "placing", "retaking", "remotes", "errors"),
        *("names", "props", "wire", "changing"),
    },
    BACKEND / "changing.py": {"decor", "events", "seats", "wire"},
    BACKEND / "events.py": {"furnishing", "props", "seats", "retaking", "errors", "wire", "scene"},
    BACKEND / "furnishing.py": {"seats", "wire"},
    BACKEND / "decor.py": {
        *("events", "furnishing", "seats", "placing", "errors", "wire", "scene"),
    },
    BACKEND / "retaking.py": {"seats", "errors", "wire"},
    BACKEND / "remotes.py": {"seats", "errors", "wire"},
    BACKEND / "placing.py": {"seats", "errors", "wire", "backgrounds", "props", "looks", "scene"},
    BACKEND / "props.py": {"moments", "seats", "errors", "wire", "scene"},
    BACKEND / "seats.py": {"wire", "scene"},
    BACKEND / "names.py": {"wire", "errors"},
    BACKEND / "errors.py": set(),
    BACKEND / "ids.py": set(),
    BACKEND / "shots.py": {"errors", "wire"},
    BACKEND / "retouch.py": {"placing", "props", "scene"},
    BACKEND / "sheets" / "framing.py": {"scene"},
    WORKER / "scene.py": set(),
    WORKER / "frames.py": set(),
    WORKER / "looks.py": set(),
    WORKER / "light.py": {"oklab", "scene"},
    WORKER / "oklab.py": set(),
    WORKER / "budget.py": set(),
    WORKER / "governor.py": set(),
    WORKER / "cutout" / "pace.py": set(),
    WORKER / "turns.py": {"scene"},
    WORKER / "clock.py": set(),
}


def imports(path: Path) -> set[str]:
    """Return the full dotted name of everything the file imports, `from a import b` as a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("path", [p for p in PURE if p.exists()], ids=lambda p: p.name)
def test_pure_modules_know_the_standard_library_and_each_other(path):
    ours = {"sameframe", "sameframe_worker"}
    assert tops(path) - ours <= sys.stdlib_module_names
    known = {
        part
        for name in imports(path)
        if name.split(".")[0] in ours
        for part in name.split(".")[1:2]
    }
    assert known <= PURE[path]


@pytest.mark.parametrize("path", [p for p in PURE if p.exists()], ids=lambda p: p.name)
def test_pure_modules_have_no_clock_no_sockets_no_files(path):
    forbidden = {"time", "datetime", "socket", "asyncio", "threading", "os", "pathlib", "random"}
    if path.name != "ids.py":
        forbidden |= {"secrets"}
    assert not tops(path) & forbidden


@pytest.mark.parametrize("path", modules(WORKER), ids=lambda p: p.stem)
def test_the_worker_is_standard_library_only_and_only_browser_sees_the_browser(path):
    known = set(sys.stdlib_module_names) | {"sameframe_worker"}
    if path.name == "browser.py":
        known |= BROWSER
    elif path == WORKER / "kernels" / "build.py":
        known |= {"ziglang"}  # runs where the wheel is made, not in the browser
    assert tops(path) <= known


@pytest.mark.parametrize("path", modules(BACKEND), ids=lambda p: p.stem)
def test_the_server_takes_only_what_is_shared_from_the_worker(path):
    assert not tops(path) & BROWSER
    taken = {n.split(".")[1] for n in imports(path) if n.startswith("sameframe_worker.")}
    shared = {"scene", "looks", "light", "oklab", "stacked", "messages", "packing", "frames"}
    assert taken <= shared


def test_the_wiring_is_imported_by_nobody_below():
    above = {"sameframe.app", "sameframe.cli", "sameframe.protocol", "sameframe.typescript"}
    for path in modules(BACKEND):
        if path.name not in ("cli.py", "protocol.py"):
            reached = {".".join(n.split(".")[:2]) for n in imports(path)}
            assert not reached & above, path


# Engines that can be exchanged, and untrusted bytes, are each behind one module's back.
BEHIND = {
    "sqlalchemy": {"db.py", "album.py", "backdrops.py", "bursts.py", "rights.py", "records.py"}
    | {"takes.py", "proproom.py", "wishes.py"},
    "alembic": {"db.py", "env.py"},
    "obstore": {"storage.py"},
    "huey": {"jobs.py"},
    "jinja2": {"pages.py"},
    "zipstream": {"pages.py"},
    "reportlab": {"pdf.py"},
    "av": {"reels.py"},
    "resvg_py": {"__init__.py"},
}


def test_what_decodes_videos_is_loaded_by_a_sandboxs_child_alone():
    """PyAV's wheel brings GPL code, which is kept out of the server's process."""
    for path in modules(BACKEND):
        if path.name not in ("cell.py", "reels.py"):
            assert not imports(path) & {"sameframe.reels", "sameframe.cell"}, path


@pytest.mark.parametrize("engine", BEHIND)
def test_every_engine_is_behind_its_own_modules(engine):
    ours = [path for path in modules(BACKEND) if path.parent.name != "versions"]
    assert {path.name for path in ours if engine in tops(path)} == BEHIND[engine]


@pytest.mark.parametrize(
    "name",
    [
        "album",
        "rights",
        "db",
        "storage",
        "pictures",
        "stills",
        "loops",
        "sandbox",
        "reels",
        "cell",
        "backdrops",
        "grounds",
        "prints",
        "shots",
        "jobs",
    ],
)
def test_what_keeps_and_prints_knows_nothing_of_the_web(name):
    assert "starlette" not in tops(BACKEND / f"{name}.py")


def test_only_the_interface_touches_the_page():
    scripts = [p for p in FRONTEND.rglob("*.ts*") if "node_modules" not in p.parts]
    assert scripts
    for path in scripts:
        inside = path.relative_to(FRONTEND)
        if inside.parts[0] not in ("ui", "i18n", "main.tsx", "remote.tsx"):
            code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
            assert not re.search(r"\bdocument\.", code), f"{inside} touches the DOM"


def test_no_file_grew_too_long():
    lists = {
        "errors.py",
        "wire.py",
        "texts.py",
        "messages.py",
    }  # looked things up in, not read through
    for path in [*modules(BACKEND), *modules(WORKER)]:
        most = 900 if path.name in lists else 450
        assert len(path.read_text().splitlines()) <= most, path
