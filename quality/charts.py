"""Charts as SVG, drawn by pygal for an <img>; the page shows the same numbers in a table beside."""

import sys
from collections.abc import Iterator
from itertools import count

import pygal
from pygal.etree import etree
from pygal.style import Style

# pygal leaves a finder of plugins behind, in a form that Python warns of at every import; we have no plugins.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

# The colours of the theme, dark enough on white to be told from it and from each other.
STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#10233a",
    foreground_strong="#10233a",
    foreground_subtle="#4a5a6b",
    colors=("#0b4f6c", "#9b2226", "#6b4700", "#1f4f39"),
    font_family="sans-serif",
    label_font_size=14,
    major_label_font_size=14,
    legend_font_size=14,
    value_font_size=14,
    no_data_font_size=20,
)
SIZE = {"width": 720, "height": 380}
SVG = "{http://www.w3.org/2000/svg}"


def bars(*, title: str, labels: list[str], series: dict[str, list[float | None]], none: str) -> bytes:
    """Upright bars, a group for each label; what is None has no bar. The axis of counts has whole numbers."""
    chart = pygal.Bar(**_look(title, none))
    values = [value for one in series.values() for value in one if value is not None]
    if values and all(value == int(value) and value >= 0 for value in values):
        chart.y_labels = _whole_steps(int(max(values)))
    return _drawn(chart, labels=labels, series=series)


def _whole_steps(highest: int) -> range:
    """From nought up to the highest count in at most ten even steps."""
    step = next(step for step in _steps() if step * 10 >= highest)
    return range(0, highest + step, step)


def _steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, …"""
    return (unit * 10**power for power in count() for unit in (1, 2, 5))


def pie(*, title: str, parts: dict[str, float], none: str) -> bytes:
    """One slice for each part."""
    chart = pygal.Pie(**_look(title, none), inner_radius=0.4)
    for label, value in parts.items():
        chart.add(label, value)
    return _plain(chart)


def _drawn(chart, *, labels: list[str], series: dict[str, list[float | None]]) -> bytes:
    chart.x_labels = labels
    for label, values in series.items():
        chart.add(label, values)
    return _plain(chart)


def _look(title: str, none: str) -> dict:
    return {
        **SIZE,
        "title": title,
        "style": STYLE,
        "js": [],
        "legend_at_bottom": True,
        "show_legend": True,
        "print_values": True,
        "print_zeroes": True,
        "explicit_size": True,
        "no_data_text": none,
        "value_formatter": lambda value: "" if value is None else f"{value:g}",
    }


def _plain(chart) -> bytes:
    """Without pygal's scripts: an image runs none."""
    root = chart.render_tree()
    for script in list(root.iter("script", f"{SVG}script")):
        script.getparent().remove(script)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
