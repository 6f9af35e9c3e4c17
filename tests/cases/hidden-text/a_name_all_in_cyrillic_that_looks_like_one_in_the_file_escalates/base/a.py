scope = 1
