def rate(x):
    return x
