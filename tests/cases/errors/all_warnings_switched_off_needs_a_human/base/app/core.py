def load(path):
    return parse(path)
