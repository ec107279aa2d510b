from pathlib import Path

from web import openapi
from web.openapi import ROUTES
from web.schemas import ANSWERS, REQUESTS


def test_the_page_of_documentation_is_fresh() -> None:
    committed = Path(__file__).parents[2] / "docs/http-api.md"
    fresh = "run: python -m web.openapi --markdown docs/http-api.md"
    assert committed.read_text("utf-8") == openapi.markdown(ROUTES), fresh


def test_every_route_is_described_with_who_may_call() -> None:
    paths = openapi.description(ROUTES)["paths"]
    for route in ROUTES:
        operation = paths[openapi._plain_path(route.path)][route.method.lower()]
        assert operation["summary"].endswith(".")
        assert operation["x-roles"] == sorted(route.roles) != []


def test_the_pages_have_a_type_for_everything_that_is_sent() -> None:
    sent = {kind for route in ROUTES for kind in (route.body, *getattr(route.answer, "__args__", (route.answer,)))}
    known = {kind.__name__ for kind in (*REQUESTS, *ANSWERS)}
    views = {"AirView", "OutputView", "SessionView"}  # parts of the snapshot
    assert {kind.__name__ for kind in sent if kind is not None} <= known | views
