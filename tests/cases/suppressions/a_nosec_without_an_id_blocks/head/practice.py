v0 = f(0)  # nosec B602
v1 = f(1)  # nosec B602
v2 = f(2)  # nosec B602
v3 = f(3)  # nosec B602
v4 = f(4)  # nosec B602
