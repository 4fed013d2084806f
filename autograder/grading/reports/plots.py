"""The report's plots as inline SVG with text alternatives; no scripts, no fonts of their own."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from autograder.checking.messages import translate as _

BLUE, GRID, INK = "#0072b2", "#d9dde3", "#3d4654"
LETTER = 6.6  # the mean width of a letter of a label


def histogram(values: list[float], top: float, width: int = 560, height: int = 190) -> Markup:
    """Return how many students reached which part of `top` points, in ten bins.

    The median is marked.
    """
    counts = [0] * 10
    for value in values:
        counts[min(9, max(0, int(10 * value / top)))] += 1
    most = max(counts, default=0) or 1
    left, bottom, upper = 34, height - 36, 22
    step = (width - left - 10) / 10
    parts = []
    for tick in ticks(most):
        y = bottom - (bottom - upper) * tick / most
        parts.append(line(left, y, width - 10, y, GRID))
        parts.append(label(left - 6, y + 4, f"{tick}", "end"))
    for number, count in enumerate(counts):
        x, h = left + number * step, (bottom - upper) * count / most
        if count:
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{bottom - h:.1f}" width="{step - 4:.1f}" '
                f'height="{h:.1f}" rx="2" fill="{BLUE}"/>'
            )
            parts.append(label(x + step / 2, bottom - h - 5, str(count), "middle", bold=True))
        parts.append(label(x, bottom + 16, f"{top * number / 10:g}", "middle"))
    parts.append(label(left + 10 * step, bottom + 16, f"{top:g}", "middle"))
    parts.append(line(left, bottom, width - 10, bottom, INK))
    parts.append(label((left + width) / 2, height - 4, _("automatic points"), "middle"))
    said = ", ".join(
        _("{count} from {low} to {high}").format(
            count=count, low=f"{top * n / 10:g}", high=f"{top * (n + 1) / 10:g}"
        )
        for n, count in enumerate(counts)
        if count
    )
    return svg(
        width,
        height,
        "distribution",
        _("Distribution of points"),
        _("Students by points: {counts}.").format(counts=said),
        parts,
    )


def bar(share: float, width: int = 150, height: int = 14, color: str = BLUE) -> Markup:
    """Return a bar for a share between 0 and 1; the number stands beside it in the text."""
    filled = max(0.0, min(1.0, share)) * width
    return Markup(
        f'<svg class="bar" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{share:.0%}">'
        f'<rect width="{width}" height="{height}" rx="2" fill="#e9edf2"/>'
        f'<rect width="{filled:.1f}" height="{height}" rx="2" fill="{color}"/></svg>'
    )


def scatter(
    points: list[tuple[str, float, float | None]], width: int = 560, height: int = 250
) -> Markup:
    """Return exercises by share earned (across) and discrimination (up).

    Names stand beside the ones that stand out.
    """
    left, right, upper, bottom = 44, width - 24, 14, height - 40
    known = [(name, x, y) for name, x, y in points if y is not None]
    low = min([0.0, *(y for (*rest, y) in known)])
    low = math.floor(low * 5) / 5

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x, bottom - (bottom - upper) * (y - low) / (1 - low)

    parts = []
    for tick in range(0, 11, 2):
        x = place(tick / 10, 0)[0]
        parts.append(line(x, upper, x, bottom, GRID))
        parts.append(label(x, bottom + 16, f"{10 * tick}%", "middle"))
    y = low
    while y <= 1.001:
        where = place(0, y)[1]
        parts.append(line(left, where, right, where, INK if abs(y) < 1e-9 else GRID))
        parts.append(label(left - 6, where + 4, f"{y:.1f}".replace("-", "−"), "end"))
        y += 0.2 if low > -0.5 else 0.4
    taken: list[tuple[float, float, float]] = []  # of the names: from, to, height
    ordered = sorted(known, key=lambda p: (p[1], -p[2]))
    words = {
        name: _("{name}: {share} earned, discrimination {number}").format(
            name=name, share=f"{across:.0%}", number=f"{up:.2f}"
        )
        for name, across, up in ordered
    }
    for name, across, up in ordered:
        x, where = place(across, up)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{where:.1f}" r="4.5" fill="{BLUE}" fill-opacity=".75">'
            f"<title>{escape(words[name])}</title></circle>"
        )
        long, middle = LETTER * len(name), (left + right) / 2
        sides = [(x - 8 - long, x - 8, "end"), (x + 8, x + 8 + long, "start")]
        for begin, end, anchor in sides if x > middle else sides[::-1]:
            free = all(end < a or begin > b or abs(where - c) > 13 for a, b, c in taken)
            if free and begin > left and end < width and len(taken) < 9:
                taken.append((begin, end, where))
                parts.append(label(end if anchor == "end" else begin, where + 4, name, anchor))
                break
    parts.append(label((left + right) / 2, height - 6, _("share of the points earned"), "middle"))
    said = "; ".join(words.values())
    title = _("Difficulty and discrimination")
    return svg(width, height, "difficulty", title, f"{said}.", parts)


def ticks(most: int) -> list[int]:
    """Three to six whole numbers up to `most`."""
    step = 1
    while most / step > 5:
        step = {1: 2, 2: 5, 5: 10}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    return list(range(0, most + 1, step))


def line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    """Return a thin line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{color}" stroke-width="1"/>'
    )


def label(x: float, y: float, text: str, anchor: str, bold: bool = False) -> str:
    """Return a small text."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11"{weight} '
        f'fill="{INK}">{escape(text)}</text>'
    )


def svg(
    width: int, height: int, key: str, title: str, description: str, parts: list[str]
) -> Markup:
    """Return a figure that scales and that a screen reader can say; key: its id on the page."""
    return Markup(
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc '
        f'id="{key}-d">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )
