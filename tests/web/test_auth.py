import base64
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bridge import events as e
from bridge.errors import BridgeError, Refused
from tests.bridge.playbook import START
from tests.web.house import SECRET, House
from web import auth
from web.auth import COOKIE, Signer
from web.bodies import Role

SIGNER = Signer(SECRET)
VIEWER = auth.new_viewer(START)
COOKIE_OF_VIEWER = SIGNER.cookie(VIEWER)


def changed(token: str, old: bytes, new: bytes) -> str:
    """Change what a token says without the secret to sign that."""
    payload, _, signature = token.partition(".")
    plain = base64.urlsafe_b64decode(payload + "==")
    assert old in plain
    other = base64.urlsafe_b64encode(plain.replace(old, new)).rstrip(b"=").decode()
    return f"{other}.{signature}"


FORGED = [
    "",
    ".",
    "x",
    "x.y",
    "ä.ö",
    COOKIE_OF_VIEWER[:-1],
    COOKIE_OF_VIEWER + "A",
    COOKIE_OF_VIEWER + "=",
    changed(COOKIE_OF_VIEWER, b"viewer", b"operator"),
    Signer(bytes(32)).cookie(VIEWER),
    COOKIE_OF_VIEWER.partition(".")[0],
    "A" * 5000,
]


def test_a_cookie_gives_back_who_it_was_made_for() -> None:
    assert SIGNER.read_cookie(COOKIE_OF_VIEWER, START) == VIEWER


@pytest.mark.parametrize("cookie", FORGED)
def test_a_forged_cookie_is_refused(cookie: str) -> None:
    with pytest.raises(Refused) as caught:
        SIGNER.read_cookie(cookie, START)
    assert (caught.value.code, caught.value.status) == ("cookie_invalid", 401)


def test_an_invite_is_no_cookie_and_a_cookie_no_invite() -> None:
    invite = auth.new_invite(Role.OPERATOR, START, opens=timedelta(hours=1))
    with pytest.raises(Refused, match="could not be confirmed"):
        SIGNER.read_cookie(SIGNER.invite(invite), START)
    with pytest.raises(Refused, match="not valid here"):
        SIGNER.read_invite(COOKIE_OF_VIEWER, START)


def test_cookies_and_invites_end() -> None:
    with pytest.raises(Refused, match="expired"):
        SIGNER.read_cookie(COOKIE_OF_VIEWER, START + timedelta(days=auth.VIEWER_DAYS))
    invite = SIGNER.invite(auth.new_invite(Role.OPERATOR, START, opens=timedelta(seconds=1)))
    assert SIGNER.read_invite(invite, START).role is Role.OPERATOR
    with pytest.raises(Refused) as caught:
        SIGNER.read_invite(invite, START + timedelta(seconds=1))
    assert (caught.value.code, caught.value.status) == ("invite_expired", 403)


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = auth.load_secret(tmp_path / "data")
    assert len(first) == auth.SECRET_BYTES
    assert auth.load_secret(tmp_path / "data") == first
    path = tmp_path / "data" / auth.SECRET_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name], "nothing is left of the making"


def test_a_secret_that_is_damaged_or_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / auth.SECRET_NAME).write_bytes(b"short")
    with pytest.raises(BridgeError, match="is damaged"):
        auth.load_secret(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BridgeError, match="cannot be read or made"):
        auth.load_secret(tmp_path / "file")


# Over HTTP ------------------------------------------------------------------------------------------------------------


def cookie(house: House, role: Role) -> dict[str, str]:
    invite = auth.new_invite(role, house.clock.now(), opens=timedelta(hours=1))
    return {"Cookie": f"{COOKIE}={house.service.signer.cookie(auth.invited(invite, None))}"}


async def test_a_viewer_gets_a_cookie_that_scripts_cannot_read(house: House) -> None:
    viewer = await house.person()
    async with viewer.session.get("/api/state") as response:
        given = response.headers["Set-Cookie"]
    assert given.startswith(f"{COOKIE}=")
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={auth.VIEWER_DAYS * 86_400}"):
        assert attribute in given
    assert "Secure" not in given, "this is plain HTTP"
    async with viewer.session.get("/api/state") as response:
        assert "Set-Cookie" not in response.headers


async def test_a_viewer_who_comes_back_late_is_given_more_time(house: House) -> None:
    viewer = await house.person()
    question = await viewer.ask()
    house.clock.pass_(days=auth.VIEWER_DAYS / 2 + 1)
    async with viewer.session.get("/api/state") as response:
        assert "Set-Cookie" in response.headers
        assert (await response.json())["state"]["questions"][0]["id"] == question


async def test_what_serves_machines_gives_no_cookie(house: House) -> None:
    viewer = await house.person()
    for path in ("/healthz", "/readyz", "/metrics", "/api/openapi.json", "/qr.svg"):
        async with viewer.session.get(path) as response:
            assert (response.status, response.headers.get("Set-Cookie")) == (200, None)


@pytest.mark.parametrize("forged", [value for value in FORGED if value.isascii()])
async def test_a_forged_cookie_is_refused_and_taken_away(house: House, forged: str) -> None:
    viewer = await house.person()
    async with viewer.session.get("/api/state", headers={"Cookie": f"{COOKIE}={forged}"}) as response:
        assert response.status == 401
        assert (await response.json())["error"]["code"] == "cookie_invalid"
        assert "Max-Age=0" in response.headers["Set-Cookie"]


async def test_on_a_page_a_forged_cookie_is_replaced(house: House) -> None:
    viewer = await house.person()
    async with viewer.session.get("/", headers={"Cookie": f"{COOKIE}=forged"}) as response:
        given = response.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
        assert house.service.signer.read_cookie(given, house.clock.now()).role is Role.VIEWER


async def test_a_role_that_ended_opens_nothing(house: House) -> None:
    person = await house.person()
    headers = cookie(house, Role.OPERATOR)
    assert (await person.call("POST", "/api/air/start", headers=headers))[0] == 200
    house.clock.pass_(hours=1)
    status, answer = await person.call("POST", "/api/air/stop", headers=headers)
    assert (status, answer["error"]["code"]) == (401, "cookie_expired")


@pytest.mark.parametrize("token", ["", "made-up", COOKIE_OF_VIEWER])
async def test_a_made_up_bearer_token_is_refused(house: House, token: str) -> None:
    person = await house.person()
    async with person.session.post("/api/air/start", headers={"Authorization": f"Bearer {token}"}) as response:
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert (await response.json())["error"]["code"] == "token_invalid"


async def test_a_link_that_opens_once_is_no_token_for_programs(house: House) -> None:
    person = await house.person()
    headers = {"Authorization": f"Bearer {house.token(Role.OPERATOR, once=True)}"}
    assert (await person.call("POST", "/api/air/start", headers=headers))[1]["error"]["code"] == "token_invalid"


async def test_the_journal_says_who_did_it(house: House) -> None:
    person = await house.person()
    headers = {"Authorization": f"Bearer {house.token(Role.OPERATOR, name='Olga')}"}
    await person.call("POST", "/api/air/start", headers=headers)
    await person.ask()
    actors = [entry.actor for entry in await house.entries()]
    assert actors[0] == "operator:Olga"
    assert actors[1].startswith("viewer:")


# Invites --------------------------------------------------------------------------------------------------------------


async def test_an_invite_opens_its_roles_page_and_keeps_who_one_was(house: House) -> None:
    person = await house.person()
    await person.ask("Am I still the same?")
    async with person.session.get(
        "/enter", params={"token": house.token(Role.OPERATOR)}, allow_redirects=False
    ) as response:
        assert (response.status, response.headers["Location"]) == (303, "/operator")
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert (await person.call("POST", "/api/air/start"))[0] == 200
    status, answer = await person.call("PATCH", "/api/questions/q1", {"text": "Still my own question?"})
    assert (status, answer["id"]) == (200, "q1")


async def test_an_invite_to_a_role_without_a_page_opens_the_viewer_page(house: House) -> None:
    person = await house.person()
    token = house.token(Role.MODERATOR)
    async with person.session.get("/enter", params={"token": token}, allow_redirects=False) as response:
        assert response.headers["Location"] == "/"
    assert (await person.call("GET", "/api/state"))[1]["role"] == "moderator"


async def test_a_link_that_opens_once_opens_once(house: House) -> None:
    token = house.token(Role.OPERATOR, once=True)
    person, other = await house.person(), await house.person()
    async with person.session.get("/enter", params={"token": token}, allow_redirects=False) as response:
        assert response.status == 303
    async with other.session.get("/enter", params={"token": token}) as response:
        assert response.status == 403
        assert "opens only once" in await response.text()
        assert "Set-Cookie" not in response.headers
    assert [type(entry.event) for entry in await house.entries()] == [e.InviteUsed]


async def test_an_invite_that_expired_says_so_to_people_and_programs(house: House) -> None:
    token = house.token(Role.OPERATOR)
    house.clock.pass_(hours=8)
    person = await house.person()
    async with person.session.get("/enter", params={"token": token}) as response:
        assert (response.status, response.content_type) == (403, "text/html")
        assert "This link has expired. Ask the operator for another." in await response.text()
    headers = {"Accept": "application/json"}
    status, answer = await person.call("GET", "/enter", params={"token": token}, headers=headers)
    assert (status, answer["error"]["code"]) == (403, "invite_expired")


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=x", "?token=%00", "?token=%F0%9F%8E%89", f"?token={'A' * 3000}"]
)
async def test_a_made_up_invite_opens_nothing(house: House, query: str) -> None:
    person = await house.person()
    async with person.session.get(f"/enter{query}") as response:
        assert response.status == 403
        assert "Set-Cookie" not in response.headers
        assert "not valid here" in await response.text()
