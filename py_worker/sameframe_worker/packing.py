"""Messages as the objects that JavaScript sends and gets."""

from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def tag(kind: type) -> str:
    """Return a message class's `type`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in kind.__name__).lstrip("_")


def read(union: UnionType, data: dict[str, Any]) -> Any:
    """Return the message that `data` (a JavaScript object as a dict) is, one of `union`.

    Raises ValueError for a type that is not in the union.
    """
    for kind in get_args(union):
        if tag(kind) == data.get("type"):
            return _build(kind, data)
    raise ValueError(f"no such message: {data.get('type')!r}")


def write(message: Any) -> dict[str, Any]:
    """Return the message as a dict, with its `type`; what is transferred stays as it is."""
    return {"type": tag(type(message)), **_plain(message)}


def _build(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        # What is not said is at its default, if there is one.
        said = [
            f
            for f in fields(kind)
            if f.name in value or (f.default is MISSING and f.default_factory is MISSING)
        ]
        return kind(**{f.name: _build(hints[f.name], value[f.name]) for f in said})
    if get_origin(kind) in (list, tuple):
        return get_origin(kind)(_build(get_args(kind)[0], item) for item in value)
    return value


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
