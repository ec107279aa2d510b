"""Do what the calls of the interface ask: turn each into a command for the room's writer, answer when it is committed.

``api`` holds the table that says which call comes here.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from aiohttp import WSMsgType, hdrs
from aiohttp import web as aioweb

from bridge import audiences
from bridge import commands as c
from bridge.audiences import Audience
from bridge.errors import Refused
from bridge.events import Entry, QuestionAsked, QuestionId, SessionId, SessionOpened
from bridge.journal import read_all
from bridge.notes import render, session_notes
from bridge.notes.record import SessionNotes
from bridge.views import AirView, SessionView
from web import auth, bodies
from web.crowd import Client, Transport
from web.routes import MODERATORS, Answer, Call, Handler

MAX_MESSAGE_BYTES = 4096

# From a call to a command ---------------------------------------------------------------------------------------------


def does(command: Callable[[Call], c.AnyCommand], answer: Callable[[Call, list[Entry]], Answer]) -> Handler:
    """Return the handler that submits a command and answers from the room after it."""

    async def handle(call: Call) -> Answer:
        entries = await call.service.writer.submit(command(call), actor=call.caller.actor)
        return answer(call, entries)

    return handle


def question_id(call: Call) -> QuestionId:
    """Return the question that the address names."""
    return QuestionId(call.parameters["id"])


def ask(call: Call) -> c.AskQuestion:
    """Ask as the caller."""
    body: bodies.AskRequest = call.body
    exempt = call.caller.role in MODERATORS
    return c.AskQuestion(person=call.caller.person, text=body.text, name=body.name, exempt=exempt)


def open_session(call: Call) -> c.OpenSession:
    """Open the session of the body."""
    return c.OpenSession(title=call.body.title, host=call.body.host)


# What is answered -----------------------------------------------------------------------------------------------------


def asked(call: Call, entries: list[Entry]) -> bodies.QuestionAnswer:
    """Answer with the question that was just asked."""
    event = entries[0].event
    assert isinstance(event, QuestionAsked), "asking makes a question"
    return _question(call, event.id)


def question(call: Call, _entries: list[Entry]) -> bodies.QuestionAnswer:
    """Answer with where the question of the call stands now."""
    return _question(call, question_id(call))


def _question(call: Call, id_: QuestionId) -> bodies.QuestionAnswer:
    found = call.service.writer.room.questions.known(id_)
    return bodies.QuestionAnswer(id=found.id, number=found.number, status=found.status)


def queue(call: Call, _entries: list[Entry]) -> bodies.QueueAnswer:
    """Answer with what is on air and what comes next."""
    questions = call.service.writer.room.questions
    ids = [None if found is None else found.id for found in (questions.on_air, questions.next)]
    return bodies.QueueAnswer(on_air=ids[0], next=ids[1])


def air(call: Call, _entries: list[Entry]) -> AirView:
    """Answer with how the programme stands."""
    wish = call.service.writer.room.air
    return AirView(on=wish.on, blanked=wish.blanked, since=wish.since)


def session(_call: Call, entries: list[Entry]) -> SessionView:
    """Answer with the session that was just opened; it may be closed again already."""
    opened = entries[-1]
    event = opened.event
    assert isinstance(event, SessionOpened), "opening a session ends with that"
    return SessionView(id=event.id, title=event.title, host=event.host, since=opened.at)


def done(call: Call, _entries: list[Entry]) -> bodies.Done:
    """Answer with the journal's last number."""
    return bodies.Done(seq=call.service.writer.room.seq)


# Reading --------------------------------------------------------------------------------------------------------------


async def state(call: Call) -> Answer:
    """Return everything as the caller may see it."""
    body = call.service.hub.state(call.caller)
    return aioweb.Response(body=body, content_type="application/json", headers={hdrs.CACHE_CONTROL: "no-store"})


async def events(call: Call) -> Answer:
    """Serve the event stream until the client goes."""
    socket = aioweb.WebSocketResponse(compress=False, autoping=False, max_msg_size=MAX_MESSAGE_BYTES)
    if not socket.can_prepare(call.request):
        raise Refused("websocket_needed", "Open this address as a WebSocket.", status=426)
    after = call.request.query.get("after", "")
    await socket.prepare(call.request)
    transport = call.request.transport
    if transport is None:
        return socket
    service, meters = call.service, call.request.query.get("meters") == "1"
    left = call.caller.until - service.clock.now()
    until = service.clock.monotonic() + left.total_seconds()
    # uvloop's transports are no subclass of asyncio's, though they do all that theirs do.
    client = Client(call.caller, cast(Transport, transport), until=until, meters=meters)
    service.hub.join(client, int(after) if after.isdecimal() and len(after) < 16 else None)
    try:
        # Clients have nothing to say here; that they answer pings tells that they are there.
        async for message in socket:
            client.answered = True
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
    finally:
        service.hub.leave(client)
    return socket


async def sessions(call: Call) -> Answer:
    """List all sessions, newest first."""
    return [
        bodies.SessionLine(id=s.id, title=s.title, host=s.host, opened_at=s.opened_at, closed_at=s.closed_at)
        for s in reversed(call.service.writer.room.sessions.all)
    ]


async def outputs(call: Call) -> Answer:
    """List all outputs with their figures."""
    listed = audiences.snapshot(call.service.hub.room, Audience.OPERATOR, None, call.service.hub.meters).outputs
    assert isinstance(listed, tuple), "operators see the outputs"
    return list(listed)


async def turns(call: Call) -> Answer:
    """List the turns of a session: the one named, or the one that is on, or the last."""
    notes = await _notes(call, call.request.query.get("session", "last"))
    return [
        bodies.TurnLine(
            id=turn.id,
            name=turn.name,
            session=notes.id,
            began_at=turn.began_at,
            ended_at=turn.ended_at,
            part=None if turn.place is None else turn.place.part,
            offset_s=None if turn.place is None else turn.place.offset_s,
        )
        for turn in notes.turns
    ]


async def notes(call: Call) -> Answer:
    """Return the notes of a session in the format that the address ends with."""
    media_type, content = render(await _notes(call, call.parameters["id"]), call.parameters["format"])
    headers = {hdrs.CONTENT_TYPE: media_type, hdrs.CACHE_CONTROL: "no-store"}
    return aioweb.Response(body=content, headers=headers)


async def _notes(call: Call, wanted: str) -> SessionNotes:
    room = call.service.writer.room
    if wanted == "last":
        if not room.sessions.all:
            raise Refused("session_unknown", "There was no session yet. Open one first.", status=404)
        wanted = room.sessions.all[-1].id
    room.sessions.known(SessionId(wanted))
    entries = await read_all(call.service.journal)
    # A day's journal takes a moment to fold; the loop goes on meanwhile.
    return await asyncio.to_thread(session_notes, entries, SessionId(wanted), room.setup.room)


# Access ---------------------------------------------------------------------------------------------------------------


async def invite(call: Call) -> Answer:
    """Make an invite link."""
    body: bodies.InviteRequest = call.body
    now = call.service.clock.now()
    opens = timedelta(seconds=body.expires_s)
    made = auth.new_invite(body.role, now, name=body.name, opens=opens, once=body.once)
    url = f"{call.service.url}/enter?token={call.service.signer.invite(made)}"
    return bodies.InviteAnswer(url=url, role=made.role, name=made.name, expires_at=made.opens_until)
