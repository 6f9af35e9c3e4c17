def test_x():
    assert x == 2
