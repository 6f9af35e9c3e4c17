v0 = f(0)  # pylint: disable=invalid-name
v1 = f(1)  # pylint: disable=invalid-name
v2 = f(2)  # pylint: disable=invalid-name
v3 = f(3)  # pylint: disable=invalid-name
v4 = f(4)  # pylint: disable=invalid-name
