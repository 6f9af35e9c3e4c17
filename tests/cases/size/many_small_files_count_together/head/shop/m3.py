def f30(x):
    return x + 30


def f31(x):
    return x + 31


