import pdb as p


def f(x):
    p.set_trace()
    return g(x)
