def f():
    # later
    pass

def g():
    return 1
