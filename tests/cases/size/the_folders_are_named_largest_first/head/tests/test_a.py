def f50(x):
    return x + 50


def f51(x):
    return x + 51


def f52(x):
    return x + 52


def f53(x):
    return x + 53


def f54(x):
    return x + 54


