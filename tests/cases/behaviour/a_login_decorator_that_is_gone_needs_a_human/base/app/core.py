@login_required
def pay(user, x):
    charge(x)
    return x
