def test_0():
    assert f("0")


def test_1():
    assert f("1")


def test_2():
    assert f("2")


def test_3():
    assert f("3")


def test_4():
    assert f("4")


def test_5():
    assert f("5")


