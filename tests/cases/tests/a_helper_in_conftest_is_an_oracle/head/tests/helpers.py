def costs(got, wanted):
    _inner(got, wanted)


def _inner(got, wanted):
    assert got == wanted
