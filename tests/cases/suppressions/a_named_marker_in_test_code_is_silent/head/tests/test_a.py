def test_a():
    assert f("1")  # type: ignore[arg-type]
