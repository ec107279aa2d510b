"""Keep a client's copy of the state: the reference of what each client does with the messages of the event stream.

The pages' ``state.ts`` does the same; tests hold both to the snapshots of ``audiences``.
"""

from typing import Any


def apply(state: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Return ``state`` after ``message``, both as plain JSON values: the reference of what each client does."""
    data = message["data"]
    if message["kind"] == "votes":
        for vote in data["votes"]:
            state = _with_votes(state, vote)
        return state
    state = {**state, **data.get("set", {})}
    if "order" in data:
        places = {question: at for at, question in enumerate(data["order"])}
        state["questions"] = sorted(state["questions"], key=lambda question: places.get(question["id"], -1))
    if "id" not in data:
        return state
    old: dict[str, Any] = next((question for question in state["questions"] if question["id"] == data["id"]), {})
    questions = [question for question in state["questions"] if question["id"] != data["id"]]
    if data["question"] is not None:
        personal = {name: old[name] for name in ("mine", "voted") if name in old}
        new = {name: value for name, value in {**personal, **data["question"]}.items() if value is not False}
        ids = [question["id"] for question in questions]
        place = len(ids) if data["before"] is None else ids.index(data["before"])
        questions.insert(place, new)
    return {**state, "questions": questions}


def _with_votes(state: dict[str, Any], vote: dict[str, Any]) -> dict[str, Any]:
    old = next((question for question in state["questions"] if question["id"] == vote["id"]), None)
    if old is None:
        return state
    own = {"voted": vote["voted"]} if "voted" in vote else {}
    new = {name: value for name, value in {**old, "votes": vote["votes"], **own}.items() if value is not False}
    questions = [question for question in state["questions"] if question is not old]
    ids = [question["id"] for question in questions]
    questions.insert(len(ids) if vote["before"] is None else ids.index(vote["before"]), new)
    return {**state, "questions": questions}
