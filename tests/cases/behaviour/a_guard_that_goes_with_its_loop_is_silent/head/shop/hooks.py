def start(hooks, actions):
    found = {}
    for action in actions:
        if action.name in found:
            raise ValueError("twice: " + action.name)
        found[action.name] = action
    return found
