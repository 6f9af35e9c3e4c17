def start(hooks, actions):
    names = {}
    for hook in hooks:
        if hook.name in names:
            raise ValueError(hook.name)
        names[hook.name] = hook
    found = {}
    for action in actions:
        if action.name in found:
            raise ValueError("twice: " + action.name)
        found[action.name] = action
    return found
