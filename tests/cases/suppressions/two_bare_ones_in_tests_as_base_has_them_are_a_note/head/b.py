x0 = one()  # type: ignore
x1 = one()  # type: ignore
x2 = one()  # type: ignore
x3 = one()  # type: ignore
x4 = one()  # type: ignore
x5 = one()  # type: ignore
