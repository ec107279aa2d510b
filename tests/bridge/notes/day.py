"""A small day in the room, from which notes are made."""

from datetime import timedelta

from bridge import commands as c
from bridge.notes import SessionNotes, session_notes
from bridge.room import Room
from bridge.terms import SessionId
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Q3, Q4, START, Playbook, setup

S1, S2 = SessionId("s1"), SessionId("s2")


def day() -> Playbook:
    """Return a session of two speakers and four questions; each command takes a second."""
    play = Playbook(setup(rate=0)).given(
        c.ReportPartBegan(path="before.mkv", began_at=START),
        c.OpenSession(title="GANs, round 2", host="Ann"),
        c.SpeakNow(name="Ann"),
        c.ReportPartBegan(path="s1.mkv", began_at=START + timedelta(seconds=2.5)),
        c.AskQuestion(person=ANN, text="Why so deep?", name="Eve"),
        c.AskQuestion(person=BOB, text="Why so wide?"),
        c.AskQuestion(person=EVE, text="This is only spam."),
        c.AskQuestion(person=EVE, text="Does it scale?"),
        c.ApproveQuestion(id=Q1),
        c.ApproveQuestion(id=Q2),
        c.RejectQuestion(id=Q3, reason="Spam."),
        c.VoteQuestion(id=Q1, person=BOB),
    )
    return play.later(740).given(c.TakeNext(), c.SpeakNow(name="Bob")).later(58).given(c.TakeNext(), c.ClearAir())


def closed() -> Playbook:
    return day().given(c.CloseSession(id=S1))


def notes_of(play: Playbook, session: SessionId = S1) -> SessionNotes:
    room: Room = play.room
    return session_notes(play.entries, session, room.setup.room)


__all__ = ["Q1", "Q2", "Q3", "Q4", "S1", "S2", "closed", "day", "notes_of"]
