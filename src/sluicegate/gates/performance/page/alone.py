"""One benchmark as an SVG that stands alone: for a comment, a wiki or a README."""

from __future__ import annotations

from sluicegate.gates.performance.page import course, spread
from sluicegate.gates.performance.page.drawing import DOT, colours, text
from sluicegate.gates.performance.page.picture import Picture, called, short
from sluicegate.markup import escape
from sluicegate.text import one_line, shorten

_EDGE = 16.0
_TITLE = 58.0
_BOLD, _PLAIN = 11.0, 7.5
"""So wide is a letter of the title, and of what stands under it, in the widest of the usual fonts (DejaVu Sans)."""


def svg(picture: Picture) -> str:
    """The title, the history, and both sides where both were measured; light and dark as its reader has it."""
    plots = [
        (drawing, module.WIDTH, module.HEIGHT) for module in (course, spread) if (drawing := module.drawn(picture))
    ]
    width = 2 * _EDGE + (sum(wide for _, wide, _ in plots) or course.WIDTH)
    height = _TITLE + max((high for _, _, high in plots), default=0.0) + _EDGE
    label = ". ".join([f"{picture.name}: {called(picture)}, {short(picture)}", *_labels(picture)])
    size = f'width="{width:.0f}" height="{height:.0f}"'
    box = f'{size} viewBox="0 0 {width:.0f} {height:.0f}" aria-label="{escape(label, 1_000)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" {box}>',
        f"<title>{escape(label, 1_000)}</title>",
        f"<style>{colours()}</style>{DOT}",
        f'<rect class="paper" {size} rx="8"/>',
        text(_EDGE, 28, _fit(picture.name, width, _BOLD), "title"),
        text(_EDGE, 48, _fit(f"{called(picture)}: {short(picture)}".rstrip(": "), width, _PLAIN), "said"),
    ]
    x = _EDGE
    for drawing, wide, high in plots:
        place = f'<svg x="{x:.0f}" y="{_TITLE:.0f}" width="{wide:.0f}" height="{high:.0f}" '
        parts.append(drawing.replace("<svg ", place, 1))
        x += wide
    return "\n".join([*parts, "</svg>"]) + "\n"


def _labels(picture: Picture) -> list[str]:
    said = [course.label(picture)] if picture.history or picture.now is not None else []
    return [*said, *([spread.label(picture)] if picture.base and picture.head else [])]


def _fit(said: str, width: float, letter: float) -> str:
    return shorten(one_line(said), int((width - 2 * _EDGE) / letter))
