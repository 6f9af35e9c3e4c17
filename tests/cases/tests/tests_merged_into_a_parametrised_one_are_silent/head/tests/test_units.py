import pytest

from shop.units import parse


@pytest.mark.parametrize(
    "text, amount, unit",
    [
        ("3g", 3, "gram"),
        ("4l", 4, "litre"),
        ("5m", 5, "metre"),
        ("6s", 6, "second"),
    ],
)
def test_units(text, amount, unit):
    assert parse(text) == (amount, unit)
