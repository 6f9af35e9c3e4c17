def f70(x):
    return x + 70


def f71(x):
    return x + 71


