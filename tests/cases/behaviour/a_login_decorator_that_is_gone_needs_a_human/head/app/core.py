def pay(user, x):
    charge(x)
    return x
