import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    result = total(ITEMS)
    if result != 1475:
        pytest.fail(f"it is {result}")


def test_report():
    try:
        text = report(ITEMS)
    except TypeError as error:
        pytest.fail(str(error))
    assert text == "2 items, 1475 cents"


def test_parse():
    money = parse("12 EUR")
    assert (money.cents, money.currency) == (12, "EUR")


def test_load(tmp_path):
    if os.name == "nt":
        pytest.skip("paths differ there")
    path = tmp_path / "a.json"
    path.write_text("[1]")
    assert load(path) == [1]


def test_no_rate():
    for rate in (0, 0.0):
        assert total(ITEMS, rate=rate) == 1240


def test_no_items():
    def check():
        assert report([]) == "0 items, 0 cents"

    check()
