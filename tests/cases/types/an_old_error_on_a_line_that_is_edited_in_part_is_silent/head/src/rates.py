low: int = "older"
