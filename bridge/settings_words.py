"""Say in words what a setting allows, from its record (PURE)."""

from collections.abc import Mapping
from typing import Any

from msgspec import inspect

from bridge.secrets import Secret
from bridge.settings import Settings
from bridge.toml_lines import Path

KINDS_TO_COME = ("rtmp", "rtsp", "device")

PLAIN: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.CustomType: 'text, or { file = "PATH" } to read it from a file',
}


def dotted(path: Path) -> str:
    """Write a path as messages do: ``sources[0].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def type_at(path: Path, raw: Any) -> inspect.Type | None:
    """Return the type that stands at ``path``; ``raw``, the whole of what was given, tells a source's kind."""
    found: inspect.Type = inspect.type_info(Settings)
    for part in path:
        step = _step(bare(found), part, raw)
        if step is None:
            return None
        found = step
        raw = _member(raw, part)
    return found


def _member(raw: Any, part: str | int) -> Any:
    match raw, part:
        case dict(), str():
            return raw.get(part)
        case list(), int() if part < len(raw):
            return raw[part]
    return None


def _step(kind: inspect.Type, part: str | int, raw: Any) -> inspect.Type | None:
    match kind, part:
        case inspect.VarTupleType(), int():
            return kind.item_type
        case inspect.UnionType(), str() if tagged(kind):
            chosen = raw.get("kind") if isinstance(raw, dict) else None
            for option in tagged(kind):
                if option.tag == chosen:
                    return _step(option, part, raw)
        case inspect.StructType(), str():
            return next((field.type for field in kind.fields if field.name == part), None)
    return None


def bare(kind: inspect.Type) -> inspect.Type:
    """Return ``kind`` without what is attached to it, and without None where that is one of two choices."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType) and not tagged(kind):
        return next(option for option in kind.types if not isinstance(option, inspect.NoneType))
    return kind


def tagged(kind: inspect.Type) -> list[inspect.StructType]:
    """Return the records that a union tells apart by ``kind``."""
    options = kind.types if isinstance(kind, inspect.UnionType) else ()
    return [option for option in options if isinstance(option, inspect.StructType)]


def records(several: inspect.VarTupleType) -> list[inspect.StructType]:
    """Return the records that may stand in a list of tables."""
    plain = bare(several.item_type)
    return [plain] if isinstance(plain, inspect.StructType) else tagged(plain)


def attached(kind: inspect.Type | None) -> Mapping[str, Any]:
    """Return what the record attaches to a setting beyond its type: ``allowed``, ``example``, ``masked``."""
    if not isinstance(kind, inspect.Metadata):
        return {}
    return {**attached(kind.type), **(kind.extra or {})}


def meaning(kind: inspect.Type) -> str:
    """Return a setting's description."""
    schema = kind.extra_json_schema if isinstance(kind, inspect.Metadata) else None
    return str((schema or {}).get("description", ""))


def is_secret(kind: inspect.Type | None) -> bool:
    """Tell whether the value may not be shown."""
    if kind is None:
        return False
    plain = bare(kind)
    return (isinstance(plain, inspect.CustomType) and plain.cls is Secret) or bool(attached(kind).get("masked"))


def allowed(kind: inspect.Type) -> str:
    """Say what may stand there."""
    return str(attached(kind).get("allowed") or _allowed_by_type(bare(kind)))


def _allowed_by_type(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType() as number:
            step = f", a multiple of {number.multiple_of}" if number.multiple_of else ""
            return f"a whole number{_bounds(number)}{step}"
        case inspect.FloatType() as number:
            return f"a number{_bounds(number)}"
        case inspect.StrType() as text:
            return f"text{_length(text)}"
        case inspect.LiteralType() as literal:
            return "one of " + ", ".join(f'"{value}"' for value in literal.values)
        case inspect.VarTupleType() as several:
            return "a list of text" if isinstance(several.item_type, inspect.StrType) else "a list of tables"
        case plain:
            return PLAIN.get(type(plain), "a table")


def _bounds(number: inspect.IntType | inspect.FloatType) -> str:
    words = ((" above ", number.gt), (" from ", number.ge), (" to ", number.le), (" below ", number.lt))
    return "".join(f"{word}{_figure(bound)}" for word, bound in words if bound is not None)


def _figure(bound: float) -> str:
    return f"{bound:.0f}" if float(bound).is_integer() else f"{bound}"


def _length(text: inspect.StrType) -> str:
    if text.max_length is not None:
        return f" of {text.min_length or 0} to {text.max_length} characters"
    return ", not empty" if text.min_length else ""


def kinds() -> str:
    """Say which kinds of source there are."""
    several = bare(next(field.type for field in sections() if field.name == "sources"))
    assert isinstance(several, inspect.VarTupleType)
    names = ", ".join(f'"{option.tag}"' for option in tagged(several.item_type))
    later = ", ".join(f'"{kind}"' for kind in KINDS_TO_COME)
    return f"one of {names} ({later} come with a later version)"


def sections() -> tuple[inspect.Field, ...]:
    """Return the sections in the order in which they are declared."""
    whole = inspect.type_info(Settings)
    assert isinstance(whole, inspect.StructType)
    return whole.fields
