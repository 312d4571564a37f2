"""Routes without points that are no corners. Called wherever a route is put together."""

from __future__ import annotations

from designer.layout.graph import Route

_SAME = 0.01


def corners(route: Route) -> Route:
    """The same way without repeated points and without points in the middle of a straight run."""
    result: Route = []
    for point in route:
        if result and abs(point[0] - result[-1][0]) < _SAME and abs(point[1] - result[-1][1]) < _SAME:
            continue
        if len(result) > 1:
            (ax, ay), (bx, by) = result[-2], result[-1]
            if (abs(ax - bx) < _SAME and abs(bx - point[0]) < _SAME) or (
                abs(ay - by) < _SAME and abs(by - point[1]) < _SAME
            ):
                result[-1] = point
                continue
        result.append(point)
    return result
