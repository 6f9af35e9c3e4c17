async def fetch(number):
    return number


def retry(state):
    return state.outcome
