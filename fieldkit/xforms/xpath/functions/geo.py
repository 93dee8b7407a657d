"""Geography (ODK XForms spec): points are `lat lon [alt acc]`, traces and shapes points joined by `;`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import to_string
from fieldkit.xforms.xpath.functions.registry import function, strings

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

_EARTH = 6378100.0
_TRIANGLE = 3
Point = tuple[float, float]


def _points(text: str) -> list[Point]:
    """The points of a trace; none where a part of it is no point."""
    found = []
    for part in text.split(";"):
        numbers = part.split()
        try:
            found += [(float(numbers[0]), float(numbers[1]))] if numbers else []
        except (ValueError, IndexError):
            return []
    return found


def _gather(compiler: Compiler, call: Call) -> Run:
    runs = [compiler.compile(argument) for argument in call.arguments]

    def run(c: Context) -> str:
        texts: list[str] = []
        for each in runs:
            value = each(c)
            texts += (
                [node.string_value() for node in value] if isinstance(value, list) else [to_string(value)]
            )
        return ";".join(text for text in texts if text)

    return run


@function("area", "enclosed-area", least=1)
def _area(compiler: Compiler, call: Call) -> Run:
    gather = _gather(compiler, call)
    return lambda c: _spherical_area(_points(to_string(gather(c))))


@function("distance", least=1, most=None)
def _distance(compiler: Compiler, call: Call) -> Run:
    gather = _gather(compiler, call)

    def run(c: Context) -> float:
        points = _points(to_string(gather(c)))
        return math.fsum(_between(a, b) for a, b in pairwise(points))

    return run


@strings("geofence", least=2)
def _geofence(point: str, shape: str) -> bool:
    """Whether a point lies in a shape; what is empty lies nowhere."""
    here, corners = _points(point), _points(shape)
    return bool(here) and len(corners) >= _TRIANGLE and _encloses(corners, here[0])


def _encloses(corners: list[Point], here: Point) -> bool:
    """By counting the sides that a ray from the point crosses."""
    y, x = here
    inside = False
    for (y1, x1), (y2, x2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


@strings("intersects", least=1)
def _intersects(line: str) -> bool:
    points = _points(line)
    segments = list(pairwise(points))
    closed = len(points) > 2 and points[0] == points[-1]
    for i, first in enumerate(segments):
        for j in range(i + 2, len(segments)):
            touching = closed and i == 0 and j == len(segments) - 1
            if not touching and _cross(first, segments[j]):
                return True
    return False


def _cross(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(*a, b[0]) * side(*a, b[1]) <= 0 and side(*b, a[0]) * side(*b, a[1]) <= 0


def _between(a: Point, b: Point) -> float:
    lat1, lon1, lat2, lon2 = (math.radians(number) for number in (*a, *b))
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return _EARTH * math.acos(max(-1.0, min(1.0, cosine)))


def _spherical_area(points: list[Point]) -> float:
    if len(points) < _TRIANGLE:
        return 0.0
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in zip(points, [*points[1:], points[0]], strict=True):
        total += math.radians(lon2 - lon1) * (2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2)))
    return abs(total * _EARTH * _EARTH / 2)
