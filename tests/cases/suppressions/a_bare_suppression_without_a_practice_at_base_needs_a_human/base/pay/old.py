import rates  # noqa: F401
