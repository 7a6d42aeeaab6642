"""Runs inside Pyodide, see pyodide.mjs: pytest over the worker's tests, its exit code last."""

import sys

sys.dont_write_bytecode = True
sys.path[:0] = ["/py_worker", "/site"]

import pytest  # noqa: E402

int(
    pytest.main(
    [
        "/py_worker/tests",
        "--ignore-glob=/py_worker/tests/*_numpy.py",
        "--import-mode=importlib",
        "-p", "no:cacheprovider",
        "-p", "no:asyncio",
        "-p", "no:anyio",
        "-p", "no:playwright",
        "-c", "/dev/null",
        "--rootdir=/py_worker",
        "-q",
        *arguments,  # noqa: F821
    ]
)
)  # fmt: skip
