def f(x: int) -> int:
    return g(x)  # type: ignore
