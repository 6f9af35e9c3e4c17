from pdb import set_trace as st


def f(x):
    st()
    return g(x)
