def test_o():
    assert 1 + 1 == 2
