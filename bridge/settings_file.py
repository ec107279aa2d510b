"""Read the settings from a TOML file and the environment, and say exactly what is wrong with them.

Whatever is wrong raises :class:`SettingsError` with file and line (or the variable), the key's path, the value (never a
secret one) and what is allowed. Relative paths count from the settings file's folder, or from the current one where
there is no file.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from typing import Any

import msgspec
from msgspec import inspect

from bridge import settings_words as words
from bridge.errors import SettingsError
from bridge.secrets import MASK, Secret
from bridge.settings import FileSource, Settings
from bridge.settings_checks import faults
from bridge.toml_lines import Path, line_of

PREFIX = "FORWARD_PROP_"
FILE_NAME = "forward-prop.toml"
_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_FIELD = re.compile(r"field `(?P<name>[^`]*)`")
_MAX_SHOWN = 80


class _Given:
    """What was given, and where each part of it stands."""

    def __init__(self, file: FilePath | None, text: str, raw: dict[str, Any]) -> None:
        self.file = file
        self.text = text
        self.raw = raw
        self.variables: dict[Path, str] = {}

    def place(self, path: Path) -> str:
        for length in range(len(path), 0, -1):
            if variable := self.variables.get(path[:length]):
                return f"environment variable {variable}"
        if self.file is None:
            return "settings"
        line = line_of(self.text, path)
        return f"{self.file}" if line is None else f"{self.file}, line {line}"


def load(file: FilePath | None, environment: Mapping[str, str], *, folder: FilePath) -> Settings:
    """Return the settings in force; ``file`` None means none is there. ``folder`` is the current one."""
    given = _read(file)
    _add_environment(given, environment)
    where = file.resolve().parent if file else folder
    try:
        settings = msgspec.convert(given.raw, Settings, dec_hook=_secrets_from(where))
    except msgspec.ValidationError as fault:
        raise SettingsError(_explain(given, str(fault))) from None
    settings = _anchored(settings, where)
    for path, allowed in faults(settings):
        raise SettingsError(_sentence(given, path, allowed))
    return settings


def find(folder: FilePath) -> FilePath | None:
    """Return the settings file that is used where none is named, if it is there."""
    file = folder / FILE_NAME
    return file if file.exists() else None


def _read(file: FilePath | None) -> _Given:
    if file is None:
        return _Given(None, "", {})
    try:
        text = file.read_text(encoding="utf-8")
        return _Given(file, text, tomllib.loads(text))
    except OSError as fault:
        raise SettingsError(f"{file}: cannot be read: {fault.strerror}. Check the path and its permissions.") from fault
    except UnicodeDecodeError as fault:
        raise SettingsError(f"{file}: is not UTF-8 text (byte {fault.start}). Save it as UTF-8.") from fault
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"\(at line (\d+), column (\d+)\)$", str(fault))
        line = int(place[1]) if place else text.count("\n") + 1
        what = re.sub(r" \(at .*\)$", "", str(fault))
        raise SettingsError(f"{file}, line {line}: is not valid TOML: {what}.") from fault


def _add_environment(given: _Given, environment: Mapping[str, str]) -> None:
    """Lay the variables over the file: ``FORWARD_PROP_VIDEO__WIDTH``, ``FORWARD_PROP_OUTPUTS__0__KEY``."""
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        parts = variable.removeprefix(PREFIX).lower().split("__")
        path: Path = tuple(int(part) if part.isdigit() else part for part in parts)
        kind = words.type_at(path, given.raw)
        if kind is None:
            near = _near(parts[-1], _names(path[:-1], given.raw))
            raise SettingsError(f"environment variable {variable}: there is no setting {words.dotted(path)}.{near}")
        given.variables[path] = variable
        _put(given, path, _value(environment[variable], kind))


def _value(text: str, kind: inspect.Type) -> object:
    """Read a variable: as it is where text is wanted, as a TOML value otherwise."""
    plain = words.bare(kind)
    if isinstance(plain, inspect.StrType | inspect.LiteralType) or (words.is_secret(kind) and not text.startswith("{")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(given: _Given, path: Path, value: object) -> None:
    inside: Any = given.raw
    for part in path[:-1]:
        if isinstance(inside, list) and isinstance(part, int) and part < len(inside):
            inside = inside[part]
        elif isinstance(inside, dict) and isinstance(part, str):
            inside = inside.setdefault(part, {})
        else:
            place = given.place(path)
            raise SettingsError(f"{place}: there is no {words.dotted(path[:-1])} in the settings file.")
    inside[path[-1]] = value


def _secrets_from(folder: FilePath) -> Callable[[type, object], object]:
    def read(kind: type, value: object) -> object:
        assert kind is Secret, f"{kind} is no type of a setting"
        match value:
            case str() if value:
                return Secret(value)
            case {"file": str(name), **rest} if not rest:
                return Secret(_secret_in(folder / name))
        raise ValueError("")

    return read


def _secret_in(file: FilePath) -> str:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text"
        raise ValueError(f"the secret's file {file} cannot be read: {reason}") from fault
    if not text:
        raise ValueError(f"the secret's file {file} is empty")
    return text


def _explain(given: _Given, fault: str) -> str:
    """Turn msgspec's message into ours."""
    found = _WHERE.match(fault)
    assert found is not None, "the pattern takes any text"
    what, path = found["what"], _parsed(found["path"] or "")
    if what.startswith("Object contains unknown field"):
        name = _FIELD.search(what)
        assert name is not None, "msgspec names the field"
        return _unknown(given, path, name["name"])
    if what.startswith("Object missing required field"):
        name = _FIELD.search(what)
        assert name is not None, "msgspec names the field"
        wanted = (*path, name["name"])
        return f"{given.place(path)}: {words.dotted(wanted)} is missing; {_allowed(given, wanted)}."
    if what and not what.startswith(("Expected", "Invalid")):
        return f"{given.place(path)}: {words.dotted(path)}: {what}."
    return _sentence(given, path, _allowed(given, path))


def _sentence(given: _Given, path: Path, allowed: str) -> str:
    return f"{given.place(path)}: {words.dotted(path)} is {_shown(given, path)}; {allowed}."


def _unknown(given: _Given, path: Path, name: str) -> str:
    full = (*path, name)
    near = _near(name, _names(path, given.raw))
    return f"{given.place(full)}: there is no setting {words.dotted(full)}.{near}"


def _near(name: str, names: list[str]) -> str:
    found = difflib.get_close_matches(name, names, n=1)
    if found:
        return f' Did you mean "{found[0]}"?'
    return f" There are: {', '.join(names)}." if names else ""


def _names(path: Path, raw: Any) -> list[str]:
    """Return the names that may stand inside ``path``."""
    kind = words.type_at(path, raw)
    plain = words.bare(kind) if kind else None
    for part in path:
        raw = raw.get(part) if isinstance(raw, dict) and isinstance(part, str) else raw[part] if raw else None
    for option in words.tagged(plain) if plain else ():
        if isinstance(raw, dict) and option.tag == raw.get("kind"):
            plain = option
    if not isinstance(plain, inspect.StructType):
        return []
    return [*(["kind"] if plain.tag_field else []), *(field.name for field in plain.fields)]


def _allowed(given: _Given, path: Path) -> str:
    if path and path[-1] == "kind" and path[0] == "sources":
        return f"allowed is {words.kinds()}"
    kind = words.type_at(path, given.raw)
    return f"allowed is {words.allowed(kind)}" if kind else "this is not allowed"


def _shown(given: _Given, path: Path) -> str:
    """Return the value as it was written, unless it is secret or long."""
    value: Any = given.raw
    for part in path:
        value = value[part]
    hidden = words.is_secret(words.type_at(path, given.raw)) or (path[0] == "outputs" and len(path) < 3)
    if hidden and value != "":
        return MASK
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def _parsed(path: str) -> Path:
    """Read a path as msgspec writes it: ``.sources[0].name``."""
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path)
    return tuple(name or int(number) for name, number in parts)


def _anchored(settings: Settings, folder: FilePath) -> Settings:
    """Make relative paths absolute."""
    replace = msgspec.structs.replace

    def anchor(path: str) -> str:
        return str(folder / FilePath(path).expanduser()) if path else path

    sources = tuple(
        replace(source, path=anchor(source.path)) if isinstance(source, FileSource) else source
        for source in settings.sources
    )
    outputs = tuple(replace(one, ca_file=anchor(one.ca_file)) if one.ca_file else one for one in settings.outputs)
    web = replace(settings.web, tls_cert=anchor(settings.web.tls_cert), tls_key=anchor(settings.web.tls_key))
    recording = replace(settings.recording, dir=anchor(settings.recording.dir))
    return replace(settings, sources=sources, outputs=outputs, web=web, recording=recording)
