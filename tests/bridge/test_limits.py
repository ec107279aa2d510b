import resource
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bridge.limits import raise_open_files


@pytest.fixture(autouse=True)
def _limits_as_before() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_all_that_the_system_allows_is_taken() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    with capture_logs() as logs:
        raise_open_files(wanted=300)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    assert logs == []


def test_too_few_are_told_of_with_the_remedy() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        pytest.skip("this system sets no limit")
    with capture_logs() as logs:
        assert raise_open_files(wanted=hard + 1) == hard
    assert [(entry["event"], entry["files"]) for entry in logs] == [("limits.few_files", hard)]
