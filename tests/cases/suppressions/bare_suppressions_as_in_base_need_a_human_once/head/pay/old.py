rate0: int = read(0)  # type: ignore
rate1: int = read(1)  # type: ignore
rate2: int = read(2)  # type: ignore
rate3: int = read(3)  # type: ignore
name: str = read(9)  # type: ignore[assignment]
