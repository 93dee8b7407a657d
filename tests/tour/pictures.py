"""Pictures of a page for the documents: as PNG, packed more tightly than a browser does."""

from __future__ import annotations

import base64
import struct
import zlib

_COLOURS = """(async () => {{
  const png = Uint8Array.from(atob("{png}"), (sign) => sign.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([png]));
  const {{ width, height }} = picture;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const {{ data }} = canvas.getImageData(0, 0, width, height);
  let colours = "";
  for (let at = 0; at < data.length; at += 4) colours += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
  return [width, height, btoa(colours)];
}})()"""


def picture(seat):
    """What somebody at a browser sees, as the bytes of a PNG."""
    png = seat.run(seat.tab.picture())
    width, height, colours = seat.run(seat.tab.value(_COLOURS.format(png=png)))
    return _png(width, height, base64.b64decode(colours))


def _png(width, height, colours):
    wide = 3 * width
    lines = b"".join(b"\0" + colours[at : at + wide] for at in range(0, height * wide, wide))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
