from stock import shelf


def assert_shelves(rows):
    for number, expected in rows:
        assert shelf(number)


def test_shelves():
    assert_shelves([(4, "B1"), (11, "C3"), (21, "A7")])
