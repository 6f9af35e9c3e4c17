def f(x):
    __import__("pdb").set_trace()
    return g(x)
