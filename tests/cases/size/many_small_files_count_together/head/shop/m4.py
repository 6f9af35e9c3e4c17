def f40(x):
    return x + 40


def f41(x):
    return x + 41


