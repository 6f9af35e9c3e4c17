from collections import defaultdict


def f(a, b=defaultdict(list)):
    return b
