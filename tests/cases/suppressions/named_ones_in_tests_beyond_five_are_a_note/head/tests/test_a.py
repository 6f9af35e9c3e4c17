def test_0():
    assert f("0")  # type: ignore[arg-type]


def test_1():
    assert f("1")  # type: ignore[arg-type]


def test_2():
    assert f("2")  # type: ignore[arg-type]


def test_3():
    assert f("3")  # type: ignore[arg-type]


def test_4():
    assert f("4")  # type: ignore[arg-type]


def test_5():
    assert f("5")  # type: ignore[arg-type]


