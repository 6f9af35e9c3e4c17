def f60(x):
    return x + 60


def f61(x):
    return x + 61


