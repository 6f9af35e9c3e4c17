# The noqa page of ruff says more; a type: ignore would hide it.
x = 1
