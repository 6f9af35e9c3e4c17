low: int = "old"
