"""What people send who mean harm: texts that pretend to be something else, cookies that were tampered with."""

import base64

MARKER = "zmarkerz"
TEXTS = {
    "a script": f"<script>alert('{MARKER}')</script> Why?",
    "an image": f'"><img src=x onerror="{MARKER}()"> Why?',
    "an end of everything": f"</textarea></title></style></script><svg onload={MARKER}()>",
    "entities": f"&lt;b&gt; &amp;amp; &#x3C;i&#x3E; {MARKER}",
    "templates": f"{{{{7*7}}}} ${{7*7}} <%= 7*7 %> {{%- {MARKER} -%}}",
    "Markdown": f"# {MARKER}\n**bold** [link](javascript:alert(1)) ![](x) | a | b |\n```\ncode\n```",
    "wiki": f"[[File:{MARKER}.png]] {{{{delete}}}} ~~~~ == heading ==",
    "a formula": f'=HYPERLINK("http://example.org/{MARKER}", "+cmd|\' /C calc\'!A0")',
    "SQL": f"'; DROP TABLE entries; -- {MARKER}",
    "isolates": f"\u2067{MARKER}\u2069 right to left, and back",
    "zalgo": MARKER + "".join("o" + "\u0315\u0321\u0358\u0489" * 8 for _ in range(8)),
    "zero width": "z\u200bmark\u200cer\u200dz\u2060 Why\ufeff?",
    "homoglyphs": f"\u0420\u0430ypal \u0430dm\u0456n {MARKER} \u0391\u0412\u0421?",
    "emoji": f"\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466\U0001f3f3\ufe0f\u200d\U0001f308 {MARKER}?",
    "Arabic and Hebrew": f"لماذا ينهار التدريب؟ {MARKER} למה?",
    "planes": f"\U00010330\U0001d54f\U000e0041\uffff {MARKER}",
    "one long word": MARKER + "W" * 480,
    "separators": f"one\u2028two\u2029three {MARKER}",
}
"""Texts that are taken: they are only ugly where something takes them for more than a text."""
MISLEADING = {
    "a bidi override": "Why \u202egnp.exe\u202c?",
    "an embedding": "Why \u202bso\u202c?",
    "a null": "Why\x00 so?",
    "an escape": "\x1b[2J\x1b[31mWhy so?",
    "a bell": "Why\x07 so?",
    "C1": "Why\x9b31m so?",
    "zero width only": "\u200b\u200c\u200d\u2060\ufeff\u200b",
    "nothing": "     \n\t  ",
}
"""Texts that are refused: they turn what stands beside them around, or are nothing to be seen."""


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forgeries(own: str, person: str, token: str) -> dict[str, str]:
    """Return what one may send as a cookie who has a cookie and a moderator's token, and knows somebody's pseudonym."""
    payload, _, signature = own.partition(".")
    plain = decoded(payload)
    mine = plain.split(b'"')[1]
    theirs, _, other_signature = token.partition(".")
    return {
        "another person, one's own signature": f"{encoded(plain.replace(mine, person.encode()))}.{signature}",
        "another role, one's own signature": f"{encoded(plain.replace(b'viewer', b'operator'))}.{signature}",
        "an invite's signature": f"{payload}.{other_signature}",
        "an invite as a cookie": token,
        "an invite's content": f"{theirs}.{signature}",
        "no signature": payload,
        "an empty signature": f"{payload}.",
        "a short signature": own[:-4],
        "a longer one": f"{own}AA",
        "two signatures": f"{own}.{signature}",
        "another alphabet": own.replace("-", "+").replace("_", "/") + "=",
        "no JSON": f"{encoded(b'[')}.{signature}",
        "nothing": "",
        "a dot": ".",
    }
