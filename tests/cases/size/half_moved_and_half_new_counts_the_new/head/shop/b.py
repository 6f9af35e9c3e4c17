def f0(x):
    return x + 0


def f1(x):
    return x + 1


def f2(x):
    return x + 2


def f3(x):
    return x + 3


def f4(x):
    return x + 4


def f5(x):
    return x + 5


def f6(x):
    return x + 6


def f7(x):
    return x + 7


def f8(x):
    return x + 8


def f9(x):
    return x + 9


def f10(x):
    return x + 10


def f11(x):
    return x + 11


def f100(x):
    return x + 100


def f101(x):
    return x + 101


def f102(x):
    return x + 102


def f103(x):
    return x + 103


def f104(x):
    return x + 104


def f105(x):
    return x + 105


def f106(x):
    return x + 106


def f107(x):
    return x + 107


def f108(x):
    return x + 108


def f109(x):
    return x + 109


def f110(x):
    return x + 110


def f111(x):
    return x + 111


