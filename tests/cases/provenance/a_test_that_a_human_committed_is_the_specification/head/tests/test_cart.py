def test_x():
    assert x == 2
    assert x != 1
