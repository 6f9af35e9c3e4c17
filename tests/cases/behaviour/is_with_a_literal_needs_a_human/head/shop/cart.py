def empty(n):
    return n is 0 or n is not "none"
