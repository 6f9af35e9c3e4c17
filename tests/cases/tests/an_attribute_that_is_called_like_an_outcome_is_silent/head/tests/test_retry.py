from types import SimpleNamespace

from shop import retry


def failed(retry_state):
    retry_state.outcome = "failed"
    return retry_state


def test_retry():
    state = SimpleNamespace()
    state.outcome = "passed"
    assert retry(state) == "passed"
    assert retry(failed(state)) == "failed"
