"""Generate the frontend's types from the messages: `python -m sameframe.typescript DIR`.

Writes wire.schema.json and messages.schema.json, of which `json2ts` makes TypeScript, and
errors.ts: which closes of a socket are final; templates.ts: what the sheets look like;
backgrounds.ts: the presets in their families, and what they are called.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
from sameframe_worker import light, looks, messages, packing

from sameframe import backgrounds, errors, props, wire
from sameframe.sheets import template

TRANSFERRED = (
    messages.FrameStream, messages.FramePort, messages.Canvas, messages.Image, messages.Bitmap,
    messages.Frame,
)  # fmt: skip


def wire_schema() -> dict[str, Any]:
    """Return the JSON Schema of all wire messages and HTTP bodies."""
    types = [*get_args(wire.FromBrowser), *get_args(wire.FromServer)]
    http = [wire.RoomMade, wire.RoomInfo, wire.PictureKept, wire.RemoteMade, wire.Backdrop]
    http += [wire.Wanted]
    http.append(wire.Problem)
    schema = _schema([*types, *http])
    schema["definitions"] |= {
        "FromBrowser": _union(get_args(wire.FromBrowser)),
        "FromServer": _union(get_args(wire.FromServer)),
        "Pressers": {"enum": list(get_args(wire.Pressers))},
        "Maker": {"enum": list(get_args(wire.Maker))},
        "WishKind": {"enum": list(get_args(wire.WishKind))},
        "Arrangement": {"enum": list(get_args(wire.Arrangement))},
        "Preset": {"enum": list(backgrounds.PRESETS)},
        "LookName": {"enum": list(looks.NAMES)},
        "Light": {"enum": list(light.AMOUNT)},
    }
    return schema


def messages_schema() -> dict[str, Any]:
    """Return the JSON Schema of the messages between page and workers."""
    unions = ("ToCutout", "FromCutout", "ToStage", "FromStage")
    types = {t for name in unions for t in get_args(getattr(messages, name))}
    schema = _schema(sorted(types, key=lambda t: t.__name__))
    for kind in types:
        body = schema["definitions"][kind.__name__]
        body["properties"] = {"type": {"const": packing.tag(kind)}, **body["properties"]}
        body["required"] = ["type", *(f.name for f in dataclasses.fields(kind))]
    schema["definitions"] |= {name: _union(get_args(getattr(messages, name))) for name in unions}
    return schema


def final_closes() -> list[str]:
    """Return the codes of errors that close a socket and that connecting again can't mend."""
    kinds = [errors.SameframeError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return sorted(k.code for k in kinds if k.close and k.after != "reconnect")


def drawings() -> dict[str, Any]:
    """Return of each template what a small drawing of it takes, fewest shots first."""
    found = sorted(template.load().values(), key=lambda one: one.shots)
    return {
        one.name: {
            "shots": one.shots,
            "width": one.width,
            "height": one.height,
            "slots": [[slot.x, slot.y, slot.width, slot.height] for slot in one.slots],
        }
        for one in found
    }


def catalogue() -> dict[str, Any]:
    """Return what the picker of backgrounds shows."""
    return {
        "families": backgrounds.in_families(),
        "tints": {name: preset.tint for name, preset in backgrounds.CATALOGUE.items()},
        "names": {spoken: backgrounds.names(spoken) for spoken in backgrounds.LANGUAGES},
        "familyNames": {s: backgrounds.family_names(s) for s in backgrounds.LANGUAGES},
    }


def cupboard() -> dict[str, Any]:
    """Return what the picker of props shows, and what can be written on them."""
    return {
        "families": props.families(),
        "worded": [name for name, design in props.DESIGNS.items() if design.worded],
        "standing": [name for name, design in props.DESIGNS.items() if design.on_floor],
        "most": props.PROPS_MAX,
        "words": props.WORDS_MAX,
    }


def _schema(types: list[type]) -> dict[str, Any]:
    _, components = msgspec.json.schema_components(
        types, schema_hook=_transferred, ref_template="#/definitions/{name}"
    )
    for body in components.values():
        if body.get("type") == "object":
            # TypeScript always writes a field, unless its default is null.
            fields = body.get("properties", {}).items()
            body["required"] = [name for name, kind in fields if kind.get("default", 0) is not None]
            body["additionalProperties"] = False
    return {
        "title": "Everything",
        "type": "object",
        "additionalProperties": False,
        "definitions": components,
    }


def _union(types: tuple[type, ...]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/definitions/{t.__name__}"} for t in types]}


def _transferred(kind: type) -> dict[str, str]:
    if kind in TRANSFERRED:
        return {"tsType": kind.__doc__ or "unknown"}
    raise NotImplementedError(kind)


def main(folder: Path) -> None:
    """Write both schemas into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in (("wire", wire_schema()), ("messages", messages_schema())):
        (folder / f"{name}.schema.json").write_text(json.dumps(schema, indent=1))
    codes = json.dumps(final_closes())
    (folder / "errors.ts").write_text(f"export const FINAL: readonly string[] = {codes};\n")
    lines = [f"  {name}: {json.dumps(one)}," for name, one in drawings().items()]
    (folder / "templates.ts").write_text("\n".join(["export const templates = {", *lines, "};\n"]))
    pickable = json.dumps(catalogue(), indent=1, ensure_ascii=False)
    text = f"export const catalogue = {pickable};\n"
    (folder / "backgrounds.ts").write_text(text, encoding="utf-8")
    found = json.dumps(cupboard(), indent=1)
    (folder / "props.ts").write_text(f"export const cupboard = {found} as const;\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
