"""The command line. Heavy parts are imported by the command that needs them, so that each starts quickly.

Exit codes: 0 done, 1 a fault said in one line on standard error, 2 wrong use.
"""

import json
import os
import re
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.errors import BridgeError, NotesError
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.app import Addresses

DEFAULT_DATA = Path("data")
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST = timedelta(days=366)

cli = typer.Typer(
    help="The bridge between a livestreamed room and the people who watch it.",
    no_args_is_help=True,
    add_completion=False,
    # A pretty traceback shows variables, which may hold secrets.
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings; forward-prop.toml here where there is one.")
]
DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Where journal, recordings and links are kept.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for programs.")]


class InviteRole(StrEnum):
    """Whom a link can be made for."""

    OPERATOR = "operator"
    MODERATOR = "moderator"
    NOTES = "notes"
    DISPLAY = "display"
    GUEST = "guest"


def main() -> None:
    """Run the command line; a fault becomes one line and exit code 1."""
    try:
        cli()
    except BridgeError as fault:
        _fail(str(fault))
    except BrokenPipeError:
        # Whoever read our output has gone. What is left of it must not fail at the exit (Python's own advice).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(message: str) -> None:
    print(f"forward-prop: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(1)


def _settings(config: Path | None) -> Settings:
    from bridge.settings_file import find, load

    here = Path.cwd()
    return load(config or find(here), os.environ, folder=here)


# Commands -------------------------------------------------------------------------------------------------------------


@cli.command()
def run(
    config: ConfigOption = None,
    data: DataOption = DEFAULT_DATA,
    host: Annotated[str | None, typer.Option("--host", metavar="H", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="N", min=0, max=65_535, help="Port; 0 for any.")] = None,
) -> None:
    """Run the service and its studio. Ctrl-C ends both."""
    import msgspec
    import uvloop

    from bridge import logs
    from bridge.app import serve
    from bridge.clock import SystemClock

    settings = _settings(config)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = msgspec.structs.replace(settings, web=msgspec.structs.replace(settings.web, **given))
    logs.configure()
    try:
        uvloop.run(
            serve(settings, data.resolve(), clock=SystemClock(), environment=os.environ, announce=_announce),
        )
    except* BridgeError as several:
        _fail("; ".join(str(fault) for fault in _flat(several)))
    except* KeyboardInterrupt:
        sys.exit(130)


def _flat(several: BaseExceptionGroup[Any]) -> list[BaseException]:
    faults: list[BaseException] = []
    for fault in several.exceptions:
        faults += _flat(fault) if isinstance(fault, BaseExceptionGroup) else [fault]
    return faults


def _announce(addresses: "Addresses") -> None:
    print(f"Viewer page    {addresses.viewer}")
    print(f"Room screen    {addresses.room}")
    print(f"Operator       {addresses.operator}   (opens once)", flush=True)
    if not addresses.pages_built:
        print("forward-prop: the pages are not built; run: make pages", file=sys.stderr)


@cli.command()
def check(config: ConfigOption = None, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """Look whether all is ready: settings, disk, clock, fonts, encoder, ingests, keys."""
    import msgspec

    from bridge.check import Verdict, examine
    from bridge.clock import SystemClock

    findings = examine(lambda: _settings(config), data.resolve(), SystemClock())
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(findings), indent=2).decode())
    else:
        for finding in findings:
            print(f"{finding.verdict:5}  {finding.subject}: {finding.text}")
    sys.exit(1 if any(finding.verdict is Verdict.FAULT for finding in findings) else 0)


@cli.command()
def config(
    config: ConfigOption = None,
    data: DataOption = DEFAULT_DATA,
    example: Annotated[bool, typer.Option("--example", help="Print a file with every setting instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the settings in force, without secrets."""
    from bridge import settings_docs

    if example:
        print(settings_docs.example(), end="")
        return
    plain = settings_docs.in_force(_settings(config))
    print(json.dumps(plain, indent=2, ensure_ascii=False) if as_json else settings_docs.toml(plain), end="")


@cli.command()
def invite(
    role: InviteRole,
    config: ConfigOption = None,
    data: DataOption = DEFAULT_DATA,
    name: Annotated[str | None, typer.Option("--name", metavar="N", help="Who it is for; shown in the log.")] = None,
    expires: Annotated[str, typer.Option("--expires", metavar="TIME", help="Such as 90s, 30m, 8h or 2d.")] = "8h",
    once: Annotated[bool, typer.Option("--once", help="The link opens once and no more.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print a link for somebody. It works whether the service runs or not."""
    from bridge.app import public_url, told_address
    from bridge.clock import SystemClock
    from web import auth
    from web.bodies import Role

    opens = _duration(expires)
    settings, data = _settings(config), data.resolve()
    url = settings.room.public_url.rstrip("/") or told_address(data) or public_url(settings, settings.web.port)
    made = auth.new_invite(Role(role), SystemClock().now(), name=name, opens=opens, once=once)
    link = f"{url}/enter?token={auth.Signer(auth.load_secret(data)).invite(made)}"
    until = made.opens_until.isoformat(timespec="seconds").replace("+00:00", "Z")
    print(json.dumps({"url": link, "role": role, "name": name, "expires_at": until}) if as_json else link)


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,9})([smhd])", text.strip())
    if not found:
        raise typer.BadParameter(f"{text!r} is no time. Allowed is a number with s, m, h or d, such as 8h.")
    duration = timedelta(seconds=int(found[1]) * _UNITS_S[found[2]])
    if not timedelta(0) < duration <= _LONGEST:
        raise typer.BadParameter(f"{text!r} is out of bounds. Allowed is more than nothing and up to 366d.")
    return duration


@cli.command()
def export(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="A session's id, or last.")],
    config: ConfigOption = None,
    data: DataOption = DEFAULT_DATA,
    form: Annotated[str, typer.Option("--format", metavar="F", help="md or json.")] = "md",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; standard output without.")
    ] = None,
) -> None:
    """Write the notes of a session. It works whether the service runs or not."""
    import asyncio

    from bridge.export import notes_of
    from bridge.notes import FORMATS

    if form not in FORMATS:
        raise typer.BadParameter(f"{form!r} is no format. Allowed is one of {', '.join(FORMATS)}.")
    content = asyncio.run(notes_of(_settings(config), data.resolve(), session, form))
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as fault:
        raise NotesError(f"{out} cannot be written: {fault.strerror}.") from fault
