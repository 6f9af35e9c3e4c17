from shop.units import parse


def test_grams():
    assert parse("3g") == (3, "gram")


def test_litres():
    assert parse("4l") == (4, "litre")


def test_metres():
    assert parse("5m") == (5, "metre")
