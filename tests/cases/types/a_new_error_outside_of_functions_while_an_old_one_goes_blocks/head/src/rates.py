low: int = 3
rate_of_tax: int = "seven"
