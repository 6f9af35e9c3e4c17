def g():
    return 1

def f():
    # later
    pass
