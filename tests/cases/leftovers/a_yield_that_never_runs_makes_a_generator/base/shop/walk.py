def walk(tree):
    return list(tree)
