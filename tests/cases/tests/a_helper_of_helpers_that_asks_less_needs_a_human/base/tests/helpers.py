def check(value, wanted):
    compare(value, wanted)


def compare(value, wanted):
    same(value, wanted)


def same(value, wanted):
    assert value == wanted
