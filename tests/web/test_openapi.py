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


def test_every_error_is_described_by_its_status() -> None:
    paths = openapi.description(ROUTES)["paths"]
    asking = paths["/api/questions"]["post"]["responses"]
    assert sorted(asking) == ["201", "400", "401", "403", "409", "413", "415", "422", "429", "503"]
    assert asking["429"]["headers"].keys() == {"Retry-After"}
    assert sorted(paths["/readyz"]["get"]["responses"]) == ["200", "503"]
    assert paths["/operator"]["get"]["responses"]["403"]["content"].keys() == {"application/json", "text/html"}
    assert paths["/whip/{source}"]["post"]["requestBody"]["content"].keys() == {"application/sdp"}


def test_what_is_no_json_is_described_by_its_media_type() -> None:
    paths = openapi.description(ROUTES)["paths"]
    answers = {
        path: [*of.get("get", {}).get("responses", {}).get("200", {}).get("content", {})] for path, of in paths.items()
    }
    assert answers["/api/sessions/{id}/notes.{format}"] == ["text/markdown", "application/json"]
    assert answers["/api/log.csv"] == ["text/csv"]
    assert answers["/assets/{name}"] == ["*/*"]
    assert paths["/enter"]["get"]["responses"]["303"] == {"description": "Done."}
