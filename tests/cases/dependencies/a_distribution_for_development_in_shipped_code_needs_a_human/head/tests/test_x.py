import responses


def test_x():
    assert responses.GET
