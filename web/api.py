"""The calls of the interface, as a table: each row says who may, what goes in and out, and what it does."""

from collections.abc import Callable, Mapping

from aiohttp import hdrs

from bridge import commands as c
from bridge.terms import SessionId
from bridge.views import AirView, AskingView, LogLine, OutputView, SessionView, Snapshot
from web import bodies
from web import handlers as h
from web.bodies import Role
from web.events import SLOW
from web.routes import EVERYONE, MODERATORS, NOTE_TAKERS, OPERATORS, Call, Route

GET, POST, PUT, PATCH, DELETE = hdrs.METH_GET, hdrs.METH_POST, hdrs.METH_PUT, hdrs.METH_PATCH, hdrs.METH_DELETE

_QUESTION = "/api/questions/{id}"
NOTHING: Mapping[str, str] = {}
REV = {"rev": "The question's rev as the caller saw it: the act is refused where more happened since."}


def _about_question(
    method: str,
    path: str,
    command: Callable[[Call], c.AnyCommand],
    summary: str,
    *,
    roles: frozenset[Role],
    body: type[bodies.Request] | None = None,
    query: Mapping[str, str] = NOTHING,
) -> Route:
    return Route(
        method=method,
        path=_QUESTION + path,
        roles=roles,
        handler=h.does(command, h.question),
        summary=summary,
        body=body,
        answer=bodies.QuestionAnswer,
        query=query,
    )


def _moderates(
    path: str, command: Callable[[Call], c.AnyCommand], summary: str, *, body: type[bodies.Request] | None = None
) -> Route:
    return _about_question(POST, path, command, summary, roles=MODERATORS, body=body, query=REV)


def _plain(path: str, command: Callable[[Call], c.AnyCommand], summary: str) -> Route:
    handler = h.does(command, h.air)
    return Route(method=POST, path=path, roles=OPERATORS, handler=handler, summary=summary, answer=AirView)


READING = (
    Route(
        method=GET,
        path="/api/state",
        roles=EVERYONE,
        handler=h.state,
        answer=Snapshot,
        summary="Everything as the caller may see it, and the number of the last event in it.",
    ),
    Route(
        method=GET,
        path="/api/events",
        roles=EVERYONE,
        handler=h.events,
        content="a WebSocket",
        status=101,
        faults=frozenset({403, 426}),
        query={
            "after": "The number of the last event seen. Sent first is what came after it, or a snapshot.",
            "meters": "1: levels and figures ten times a second, for operators.",
        },
        summary="Everything that happens, as it happens, one JSON message each. "
        f"A client that does not read is closed with {SLOW} and resumes.",
    ),
    Route(
        method=GET,
        path="/api/sessions",
        roles=EVERYONE,
        handler=h.sessions,
        answer=list[bodies.SessionLine],
        summary="All sessions, newest first.",
    ),
    Route(
        method=GET,
        path="/api/outputs",
        roles=OPERATORS,
        handler=h.outputs,
        answer=list[OutputView],
        summary="All outputs with the last second's figures.",
    ),
    Route(
        method=GET,
        path="/api/turns",
        roles=NOTE_TAKERS,
        handler=h.turns,
        answer=list[bodies.TurnLine],
        query={"session": "A session's id; without it the one that is on, or the last."},
        faults=frozenset({404, 503}),
        summary="Who spoke when, and where that is in the recording.",
    ),
    Route(
        method=GET,
        path="/api/sessions/{id}/notes.{format}",
        roles=NOTE_TAKERS,
        handler=h.notes,
        content="text/markdown or application/json",
        faults=frozenset({409, 503}),
        summary="The notes of a session (an id, or last) as md or json.",
    ),
)

ASKING = (
    Route(
        method=POST,
        path="/api/questions",
        roles=EVERYONE,
        handler=h.from_one_network(h.does(h.ask, h.asked)),
        body=bodies.AskRequest,
        answer=bodies.QuestionAnswer,
        status=201,
        faults=frozenset({429}),
        summary="Ask. It is committed when this is answered.",
    ),
    _about_question(
        PATCH,
        "",
        lambda call: c.EditOwnQuestion(id=h.question_id(call), person=call.caller.person, text=call.body.text),
        "Change one's own question while it waits.",
        roles=EVERYONE,
        body=bodies.EditRequest,
    ),
    _about_question(
        POST,
        "/withdraw",
        lambda call: c.WithdrawQuestion(id=h.question_id(call), person=call.caller.person),
        "Take one's own question back while it waits.",
        roles=EVERYONE,
    ),
    _about_question(
        PUT,
        "/vote",
        lambda call: c.VoteQuestion(id=h.question_id(call), person=call.caller.person),
        "Vote for it; once a person.",
        roles=EVERYONE,
    ),
    _about_question(
        DELETE,
        "/vote",
        lambda call: c.UnvoteQuestion(id=h.question_id(call), person=call.caller.person),
        "Take one's vote back.",
        roles=EVERYONE,
    ),
)

MODERATING = (
    _moderates(
        "/approve", lambda call: c.ApproveQuestion(id=h.question_id(call), rev=h.rev(call)), "Let it be seen and taken."
    ),
    _moderates(
        "/reject",
        lambda call: c.RejectQuestion(id=h.question_id(call), rev=h.rev(call), reason=call.body.reason),
        "Do not take it; the asker reads why.",
        body=bodies.RejectRequest,
    ),
    _moderates(
        "/restore",
        lambda call: c.RestoreQuestion(id=h.question_id(call), rev=h.rev(call)),
        "Let it wait again; one that was merged stands for itself again.",
    ),
    _moderates(
        "/edit",
        lambda call: c.EditQuestion(id=h.question_id(call), rev=h.rev(call), text=call.body.text),
        "Change its words; the asker's own are kept.",
        body=bodies.EditRequest,
    ),
    _moderates(
        "/star", lambda call: c.StarQuestion(id=h.question_id(call), rev=h.rev(call)), "Mark it, for moderators only."
    ),
    _moderates(
        "/unstar", lambda call: c.UnstarQuestion(id=h.question_id(call), rev=h.rev(call)), "Take the mark away."
    ),
    _moderates(
        "/tags",
        lambda call: c.TagQuestion(id=h.question_id(call), rev=h.rev(call), tags=call.body.tags),
        "Give it these tags and no others.",
        body=bodies.TagsRequest,
    ),
    _moderates(
        "/answer",
        h.reply,
        "Answer it in writing, for all to read. It is answered with that, unless it is on air.",
        body=bodies.AnswerRequest,
    ),
    _moderates(
        "/merge",
        lambda call: c.MergeQuestion(id=h.question_id(call), rev=h.rev(call), into=call.body.into),
        "Let another stand for it; their votes are united, once a person.",
        body=bodies.MergeRequest,
    ),
    _moderates(
        "/move",
        lambda call: c.MoveQuestion(id=h.question_id(call), rev=h.rev(call), before=call.body.before),
        "Put it elsewhere in the line.",
        body=bodies.MoveRequest,
    ),
    _moderates(
        "/undo",
        lambda call: c.UndoQuestion(id=h.question_id(call), rev=h.rev(call)),
        "Undo the moderators' last act on it.",
    ),
    _moderates(
        "/redo", lambda call: c.RedoQuestion(id=h.question_id(call), rev=h.rev(call)), "Do again what was undone last."
    ),
    _moderates("/claim", h.claim, "Tell other moderators that one has it open, for two minutes at a time."),
    _moderates(
        "/release",
        lambda call: c.ReleaseQuestion(id=h.question_id(call), holder=call.caller.person),
        "Tell them that one has not any more.",
    ),
    Route(
        method=POST,
        path="/api/askers/{person}/ban",
        roles=MODERATORS,
        handler=h.does(lambda call: c.BanAsker(person=h.person(call)), h.done),
        answer=bodies.Done,
        summary="Take no more questions of this person, and hide those that stand.",
    ),
    Route(
        method=POST,
        path="/api/askers/{person}/unban",
        roles=MODERATORS,
        handler=h.does(lambda call: c.UnbanAsker(person=h.person(call)), h.done),
        answer=bodies.Done,
        summary="Undo that: the questions stand as before.",
    ),
    Route(
        method=PUT,
        path="/api/asking",
        roles=MODERATORS,
        handler=h.does(h.asking, h.how_asking),
        body=bodies.AskingRequest,
        answer=AskingView,
        summary="Open, close or time asking; slow mode, order, when moderators look, and whether askers give names.",
    ),
    *(
        Route(
            method=GET,
            path=f"/api/log{ending}",
            roles=MODERATORS,
            handler=h.log,
            answer=answer,
            content=content,
            faults=frozenset({503}),
            query={"question": "A question's id: its lines only."},
            summary=summary,
        )
        for ending, answer, content, summary in (
            (
                "",
                list[LogLine],
                "application/json",
                "What was decided, by whom and when: the newest 500 acts.",
            ),
            (".csv", None, "text/csv", "The whole of that, oldest first."),
        )
    ),
)

OPERATING = (
    _about_question(
        POST,
        "/on-air",
        lambda call: c.AirQuestion(id=h.question_id(call)),
        "Put it on air out of turn; the one on air goes back among the approved.",
        roles=OPERATORS,
    ),
    Route(
        method=POST,
        path="/api/queue/next",
        roles=OPERATORS,
        handler=h.does(lambda call: c.TakeNext(), h.queue),
        answer=bodies.QueueAnswer,
        summary="On air is answered, next goes on air, the top approved becomes next.",
    ),
    Route(
        method=POST,
        path="/api/queue/clear",
        roles=OPERATORS,
        handler=h.does(lambda call: c.ClearAir(), h.queue),
        answer=bodies.QueueAnswer,
        summary="Put the question on air back among the approved.",
    ),
    Route(
        method=POST,
        path="/api/sessions",
        roles=OPERATORS,
        handler=h.does(h.open_session, h.session),
        body=bodies.SessionRequest,
        answer=SessionView,
        status=201,
        summary="Open a session; the one that is on is closed.",
    ),
    Route(
        method=POST,
        path="/api/sessions/{id}/close",
        roles=OPERATORS,
        handler=h.does(lambda call: c.CloseSession(id=SessionId(call.parameters["id"])), h.done),
        answer=bodies.Done,
        summary="Close the session.",
    ),
    Route(
        method=POST,
        path="/api/speakers/now",
        roles=OPERATORS,
        handler=h.does(lambda call: c.SpeakNow(name=call.body.name), h.done),
        body=bodies.SpeakerRequest,
        answer=bodies.Done,
        summary="Say who speaks from now on; the turn before ends.",
    ),
    _plain("/api/air/start", lambda call: c.StartAir(), "Send the programme to its outputs."),
    _plain("/api/air/stop", lambda call: c.StopAir(), "Send it nowhere; the recording ends too."),
    _plain("/api/air/blank", lambda call: c.Blank(), "Show the public slate and silence."),
    _plain("/api/air/unblank", lambda call: c.Unblank(), "Show the public the room again."),
    Route(
        method=PUT,
        path="/api/layout",
        roles=OPERATORS,
        handler=h.does(lambda call: c.ChooseLayout(name=call.body.name), h.done),
        body=bodies.LayoutRequest,
        answer=bodies.Done,
        faults=frozenset({404}),
        summary="Choose how the picture is laid out: camera or slate.",
    ),
    Route(
        method=PUT,
        path="/api/source",
        roles=OPERATORS,
        handler=h.does(lambda call: c.ChooseSource(name=call.body.name), h.done),
        body=bodies.SourceRequest,
        answer=bodies.Done,
        faults=frozenset({404}),
        summary="Choose the source that fills the picture and is heard.",
    ),
    Route(
        method=POST,
        path="/api/invites",
        roles=OPERATORS,
        handler=h.invite,
        body=bodies.InviteRequest,
        answer=bodies.InviteAnswer,
        status=201,
        summary="Make an invite link. Its token also serves programs: Authorization: Bearer TOKEN.",
    ),
)

ROUTES = (*READING, *ASKING, *MODERATING, *OPERATING)
