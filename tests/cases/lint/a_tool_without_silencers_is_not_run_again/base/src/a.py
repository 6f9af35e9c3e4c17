right = 1
