from pay import rates  # type: ignore

limit: int = rates.limit()  # type: ignore
