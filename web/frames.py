"""Build WebSocket frames as a server sends them: unmasked, whole, never compressed (RFC 6455, section 5.2; PURE)."""

import struct

TEXT = 0x1
CLOSE = 0x8
PING = 0x9
_FINAL = 0x80
_SHORT = 125
_MEDIUM = 0xFFFF


def text(payload: bytes) -> bytes:
    """Return the frame of a UTF-8 text."""
    return _frame(TEXT, payload)


def close(code: int, reason: str) -> bytes:
    """Return a close frame; ``reason`` has at most 123 bytes (section 5.5.1)."""
    return _frame(CLOSE, struct.pack("!H", code) + reason.encode())


def ping() -> bytes:
    """Return a ping without content (section 5.5.2)."""
    return _frame(PING, b"")


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length <= _SHORT:
        head = struct.pack("!BB", _FINAL | opcode, length)
    elif length <= _MEDIUM:
        head = struct.pack("!BBH", _FINAL | opcode, 126, length)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, 127, length)
    return head + payload
