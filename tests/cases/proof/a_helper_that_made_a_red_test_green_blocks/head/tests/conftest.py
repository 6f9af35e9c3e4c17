def check(a, b):
    assert a
