"""The rules of the house that no type checker knows, as tests over the tracked files."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LONGEST = 400
"""Lines that a source file may have."""
CODE = {".py", ".ts", ".svelte", ".css", ".js"}
LOCKS = ("requirements.lock", "requirements-test.lock", "web/client/package-lock.json")

ADDRESS = re.compile(r"https?://|file://|^-i |--index-url|--find-links", re.MULTILINE)
REGISTRY = re.compile(
    "|".join(map(re.escape, ("pypi.org/" + "simple", "registry.npmjs" + ".org", "pythonhosted" + ".org")))
)
MACHINE_PATH = re.compile(r"(?:^|[^a-zA-Z0-9_.])/(?:work|root|home|Users|farm|opt/(?:pypi|wheels))/")


def tracked_files() -> list[Path]:
    """List what git knows, or would add: a file is held to the rules before it is committed."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in found.stdout.splitlines() if (path := TOP / name).is_file()]


def words_of(path: Path) -> str:
    """Read a text file; a picture or a font has no words."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def faults(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """List file and line of each match."""
    return [
        f"{path.relative_to(TOP)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(words_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_pure_modules_stand_apart_from_the_edges() -> None:
    linted = subprocess.run(
        [TOP / ".venv/bin/lint-imports", "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_no_source_file_is_longer_than_it_can_be_read() -> None:
    lengths = {path: len(words_of(path).splitlines()) for path in tracked_files() if path.suffix in CODE}
    assert [f"{path.relative_to(TOP)}: {lines}" for path, lines in lengths.items() if lines > LONGEST] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_pins_versions_and_holds_no_address(name: str) -> None:
    assert faults(ADDRESS, [TOP / name]) == []


def test_every_requirement_is_pinned_to_one_version() -> None:
    loose = [
        f"{name}: {line}"
        for name in LOCKS[:2]
        for line in (TOP / name).read_text().splitlines()
        if not re.fullmatch(r"[a-z0-9._-]+==[^ ]+( ; .+)?", line)
    ]
    assert loose == []


def test_what_the_project_names_is_locked() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=;\[ ]", line)[0].lower().replace("_", "-") for line in wanted}
    locked = {line.split("==")[0] for line in (TOP / "requirements-test.lock").read_text().splitlines()}
    assert names - locked == set()


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine() -> None:
    paths = tracked_files()
    assert faults(REGISTRY, paths) == []
    assert faults(MACHINE_PATH, paths) == []


def test_nothing_is_left_for_later() -> None:
    code = [path for path in tracked_files() if path.suffix in CODE]
    assert faults(re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b"), code) == []


def test_a_module_that_calls_itself_pure_is_held_to_it() -> None:
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = next(contract for contract in contracts if contract["id"] == "pure")["source_modules"]
    called = [
        ".".join(path.relative_to(TOP).with_suffix("").parts)
        for package in ("bridge", "moderation", "stream", "web")
        for path in sorted((TOP / package).rglob("*.py"))
        if "PURE" in path.read_text(encoding="utf-8").partition("\n")[0]
    ]
    assert [name for name in called if not any(f"{name}.".startswith(f"{module}.") for module in held)] == []
