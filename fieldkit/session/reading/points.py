"""Places as people type them: coordinates from a map or a receiver. Readers raise ReadingError.

Stored as ODK does: latitude, longitude, altitude and accuracy with spaces between, points with semicolons; an
altitude or accuracy that was not typed is 0.
"""

from __future__ import annotations

import re
from decimal import Decimal

from fieldkit.session.reading.plain import ReadingError, plain

_SIDES = {
    "n": (0, 1),
    "s": (0, -1),
    "e": (1, 1),
    "w": (1, -1),
    "北纬": (0, 1),
    "南纬": (0, -1),
    "东经": (1, 1),
    "西经": (1, -1),
}
"""Which coordinate (0 latitude) and sign a side of the world means."""
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_ANGLE = re.compile(
    rf"\s*(?P<before>[nsew]|[北南]纬|[东西]经)?\s*:?\s*(?P<sign>[-+]?)(?P<degrees>{_NUMBER})\s*"
    rf"(?:(?:°|º|度)\s*(?:(?P<minutes>{_NUMBER})\s*(?:'|′|’|分)\s*)?(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''|′′|秒)\s*)?)?"
    r"(?P<after>[nsew](?![a-z]))?\s*"
)
_LIMITS = (90, 180)
_FINEST = Decimal("0.0000001")
_CORNERS = 3


def read_point(text: str) -> str:
    """A point: 30.45 115.02; comma or semicolon between; 30°27'12"N 115°1'E, 北纬30度27分 东经115.02度; then, if
    known, altitude and accuracy in metres.
    """
    typed = re.sub(r"[,;、]", " ", _plain(text)).strip()
    angles: list[tuple[int | None, Decimal]] = []
    at = 0
    while at < len(typed) and len(angles) < 2:
        found = _ANGLE.match(typed, at)
        if found is None:
            raise ReadingError("reading.point", text=text)
        angles.append(_angle(found))
        at = found.end()
    rest = typed[at:].split()
    if len(angles) < 2 or len(rest) > 2 or not all(re.fullmatch(f"-?{_NUMBER}m?", each) for each in rest):
        raise ReadingError("reading.point", text=text)
    latitude, longitude = _in_order(text, angles)
    numbers = [latitude, longitude, *(Decimal(each.rstrip("m")) for each in rest), Decimal(0), Decimal(0)]
    return " ".join(format(number, "f") for number in numbers[:4])


def read_trace(text: str) -> str:
    """A line of two or more points, separated by semicolons or on lines of their own."""
    points = _points(text)
    if len(points) < 2:
        raise ReadingError("reading.trace", text=text)
    return ";".join(points)


def read_shape(text: str) -> str:
    """An area of three or more corners; the first is added at the end where the person left it out."""
    points = _points(text)
    corners = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
    if len(set(corners)) < _CORNERS:
        raise ReadingError("reading.shape", text=text)
    return ";".join([*corners, corners[0]])


def shown_points(value: str) -> str:
    """Stored points as they are typed: without altitude and accuracy where these were never known."""
    return "; ".join(re.sub(r"( 0(\.0+)?){1,2}$", "", " ".join(each.split())) for each in _split(value))


def shown_shape(value: str) -> str:
    """A stored area by its corners, each once."""
    points = _split(value)
    corners = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
    return shown_points(";".join(corners))


def _points(text: str) -> list[str]:
    return [read_point(each) for each in _split(text.replace("；", ";"))]


def _split(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"[;\n]", text) if each.strip()]


def _plain(text: str) -> str:
    """As `plain`, but a degree sign stays one: NFKC makes a letter of º and parts of ″."""
    return plain(text.replace("º", "°").replace("″", '"').replace("′", "'")).lower()


def _angle(found: re.Match[str]) -> tuple[int | None, Decimal]:
    """Which coordinate an angle says it is, and its degrees."""
    degrees = Decimal(found["degrees"])
    if found["minutes"] or found["seconds"]:
        parts = Decimal(found["minutes"] or 0) / 60 + Decimal(found["seconds"] or 0) / 3600
        degrees = (degrees + parts).quantize(_FINEST).normalize()
    side = _SIDES.get(found["before"] or found["after"] or "")
    sign = -1 if found["sign"] == "-" else 1
    if side is None:
        return None, degrees * sign
    return side[0], degrees * sign * side[1]


def _in_order(text: str, angles: list[tuple[int | None, Decimal]]) -> tuple[Decimal, Decimal]:
    """Latitude and longitude, where they say which is which in either order."""
    (first, one), (second, two) = angles
    if first is not None and first == second:
        raise ReadingError("reading.point", text=text)
    latitude, longitude = (two, one) if first == 1 or second == 0 else (one, two)
    if abs(latitude) > _LIMITS[0] or abs(longitude) > _LIMITS[1]:
        raise ReadingError("reading.point-outside", text=text)
    return latitude, longitude
