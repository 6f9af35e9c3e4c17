def shown(part):
    return repr(part)
