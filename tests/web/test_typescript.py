from pathlib import Path

from web.typescript import types

COMMITTED = Path(__file__).parents[2] / "web/client/src/types.ts"


def test_the_committed_types_are_fresh() -> None:
    assert COMMITTED.read_text("utf-8") == types(), "run: python -m web.openapi --typescript web/client/src/types.ts"


def test_a_member_that_may_be_absent_is_optional_and_one_with_a_default_is_certain() -> None:
    text = types()
    assert "  mine?: boolean;\n" in text
    assert "  answered_at: string | null;\n" in text


def test_in_a_request_a_member_with_a_default_may_be_left_out() -> None:
    assert (
        "export interface AskRequest {\n  text: string;\n  name?: string | null;\n  origin?: Origin | null;\n}"
        in types()
    )
