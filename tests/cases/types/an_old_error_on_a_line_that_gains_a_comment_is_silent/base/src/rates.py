low: int = "old"
high: int = "old"
