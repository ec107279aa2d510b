import json
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]
PROGRAM = """
import logging, structlog
from bridge import logs
logs.configure()
log = structlog.get_logger()
log.info("room.opened", name="GANs")
logging.getLogger("library").info("chatter")
logging.getLogger("library").warning("careful with %s", "that")
password = "live-key"
try:
    1 / 0
except ZeroDivisionError:
    log.exception("it.failed")
"""


def test_elsewhere_than_on_a_terminal_each_line_is_json_without_variables() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=TOP, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["room.opened", "careful with that", "it.failed"]
    assert (lines[0]["name"], lines[0]["level"]) == ("GANs", "info")
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert "live-key" not in done.stderr
