"""Charts as SVG: what stands at their axes."""

from xml.etree import ElementTree

import pytest

from quality import charts


def axis(values: list[float | None]) -> list[str]:
    """What the axis of a chart with these bars says, from below."""
    svg = charts.bars(title="T", labels=["a"] * len(values), series={"s": values}, none="-")
    guides = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
    axes = [one for one in guides if "axis y" in one.get("class", "")]
    return ["".join(text.itertext()) for one in axes for text in one.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, None], ["0", "1"]),
        ([3, 0], ["0", "1", "2", "3"]),
        ([12], ["0", "2", "4", "6", "8", "10", "12"]),
        ([2368], ["0", "500", "1000", "1500", "2000", "2500"]),
        ([0], ["0"]),
    ],
)
def test_counts_stand_on_an_axis_of_whole_numbers(values, said):
    assert axis(values) == said


def test_means_stand_on_an_axis_of_parts():
    assert "0.5" in axis([0.9, 0.7])
