"""What ODK Collect reads as its settings: JSON, deflated, base64, as a QR code; and that code as a picture."""

from __future__ import annotations

import base64
import json
import struct
import zlib

from fieldkit.qr import matrix

_SCALE = 8


def settings_text(url: str, user: str, password: str, name: str) -> str:
    """The text of the code; only what differs from Collect's own defaults is in it."""
    general = {
        "server_url": url, "username": user, "password": password, "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }  # fmt: skip
    settings = {"general": general, "admin": {}, "project": {"name": name}}
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False).encode("utf-8"))
    return base64.b64encode(packed).decode("ascii")


def picture(text: str) -> bytes:
    """The code as a PNG, one bit a module, each so many pixels wide."""
    modules = matrix(text)
    side = len(modules) * _SCALE
    lines = b"".join(_line(row, side) * _SCALE for row in modules)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(lines)), _chunk(b"IEND", b"")]
    )


def _line(row: list[bool], side: int) -> bytes:
    """A line of pixels: no filter, then white as 1."""
    bits = "".join(("0" if dark else "1") * _SCALE for dark in row)
    return b"\0" + int(bits, 2).to_bytes(side // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
