"""Find what no single setting's type can say: names used twice, parts that need each other (edge: looks at files)."""

import ipaddress
import os
import zoneinfo
from collections.abc import Iterator

from bridge.settings import Settings
from bridge.toml_lines import Path

RESERVED = ("recording", "hls")
"""Names of the outputs that are always there."""


def faults(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Yield each fault: the key's path and, as the end of a sentence, what is allowed."""
    if not _zone_exists(settings.room.time_zone):
        yield ("room", "time_zone"), 'allowed is a time zone\'s name such as "Europe/Berlin" or "UTC"'
    yield from _names(settings)
    yield from _certificates(settings)
    for number, proxy in enumerate(settings.web.trusted_proxies):
        if not _is_network(proxy):
            yield ("web", "trusted_proxies", number), 'allowed is an address or a network such as "10.0.0.0/8"'


def _names(settings: Settings) -> Iterator[tuple[Path, str]]:
    for section, names in (
        ("sources", [source.name for source in settings.sources]),
        ("outputs", [*RESERVED, *(output.name for output in settings.outputs)]),
    ):
        skipped = len(RESERVED) if section == "outputs" else 0
        for number, name in enumerate(names):
            if name in names[:number]:
                yield (section, number - skipped, "name"), "that name is taken; give each its own"


def _certificates(settings: Settings) -> Iterator[tuple[Path, str]]:
    web = settings.web
    if bool(web.tls_cert) != bool(web.tls_key):
        missing = "tls_key" if web.tls_cert else "tls_cert"
        yield ("web", "tls_cert" if web.tls_cert else "tls_key"), f"set web.{missing} too, or neither"
    for key, path in (("tls_cert", web.tls_cert), ("tls_key", web.tls_key)):
        if path and not os.access(path, os.R_OK):
            yield ("web", key), "that file cannot be read; check the path and its permissions"
    for number, output in enumerate(settings.outputs):
        if output.ca_file and not os.access(output.ca_file, os.R_OK):
            yield ("outputs", number, "ca_file"), "that file cannot be read; check the path and its permissions"


def _zone_exists(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
