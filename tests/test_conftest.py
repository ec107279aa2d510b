import os
import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")


def verdict(folder: Path, test: str, *, ci: bool) -> str:
    """Run one test under our conftest in a pytest of its own; return the summary's last line."""
    shutil.copy(CONFTEST, folder)
    (folder / "test_it.py").write_text(test)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.splitlines()[-1]


def test_a_test_that_blocks_the_event_loop_fails(tmp_path: Path) -> None:
    test = "import time\nasync def test_it():\n    time.sleep(0.7)\n"
    assert "1 error" in verdict(tmp_path, test, ci=False)


def test_a_test_that_computes_for_long_fails(tmp_path: Path) -> None:
    body = "    end = thread_time() + 0.6\n    while thread_time() < end:\n        pass\n"
    test = f"from time import thread_time\nasync def test_it():\n{body}"
    assert "1 error" in verdict(tmp_path, test, ci=False)


def test_a_test_that_waits_does_not_block(tmp_path: Path) -> None:
    test = "import asyncio\nasync def test_it():\n    await asyncio.sleep(0.7)\n"
    assert "1 passed" in verdict(tmp_path, test, ci=False)


def test_a_skipped_test_is_a_failure_on_ci_alone(tmp_path: Path) -> None:
    test = "import pytest\ndef test_it():\n    pytest.skip('no such server')\n"
    assert "1 skipped" in verdict(tmp_path, test, ci=False)
    assert "1 failed" in verdict(tmp_path, test, ci=True)


def test_a_fixture_that_skips_is_a_failure_on_ci_too(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.fixture\ndef server():\n    pytest.skip('none')\ndef test_it(server):\n    pass\n"
    assert "1 skipped" in verdict(tmp_path, test, ci=False)
    assert "passed" not in verdict(tmp_path, test, ci=True)
