from stock import shelf


def test_first():
    assert shelf(4) == "B1"


def test_second():
    assert shelf(11) == "C3"


def test_third():
    assert shelf(21) == "A7"
