low: int = "old"  # read by the report
high:  int = "old"
