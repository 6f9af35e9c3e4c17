def f90(x):
    return x + 90


def f91(x):
    return x + 91


