from math import inf

from bridge.terms import PersonId
from tests.bridge.playbook import START
from tests.web.hearing import FakeTransport, Timers
from web.auth import Caller
from web.bodies import Role
from web.crowd import Client
from web.delivery import Delivery


class Post:
    """A delivery to five clients, two of them at a time."""

    def __init__(self) -> None:
        self.transports = [FakeTransport() for _ in range(5)]
        self.clients = [
            Client(Caller(person=PersonId(f"p{n}"), role=Role.VIEWER, until=START), transport, until=inf)
            for n, transport in enumerate(self.transports)
        ]
        self.timers = Timers()
        self.slow: list[Client] = []
        self.delivery = Delivery(self.slow.append, self.timers, backlog_bytes=100, at_once=2)

    @property
    def written(self) -> list[bytes]:
        return [b"".join(transport.written) for transport in self.transports]


def test_few_are_written_to_at_once() -> None:
    post = Post()
    post.delivery.write(post.clients[:2], b"a", 1)
    assert post.written == [b"a", b"a", b"", b"", b""]
    assert post.timers.waits == []


def test_many_are_written_to_in_turns_and_nothing_overtakes() -> None:
    post = Post()
    post.delivery.write(post.clients, b"a", 2)
    post.delivery.write(post.clients[4:], b"b", 1)
    assert post.written == [b""] * 5
    assert post.timers.waits == [0]
    post.timers.go_off()
    assert post.written == [b"a", b"a", b"a", b"a", b"ab"]
    assert post.delivery.sent == 11


def test_at_the_end_all_is_written() -> None:
    post = Post()
    post.delivery.write(post.clients, b"a", 1)
    post.delivery.finish()
    assert post.written == [b"a"] * 5
    post.timers.go_off()
    assert post.written == [b"a"] * 5


def test_who_left_meanwhile_is_passed_over_and_who_does_not_read_is_let_go() -> None:
    post = Post()
    post.delivery.write(post.clients, b"a", 1)
    post.clients[1].here = False
    post.transports[2].waiting = 101
    post.timers.go_off()
    assert post.written == [b"a", b"", b"", b"a", b"a"]
    assert post.slow == [post.clients[2]]
