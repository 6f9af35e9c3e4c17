def empty(n):
    return n == 0
