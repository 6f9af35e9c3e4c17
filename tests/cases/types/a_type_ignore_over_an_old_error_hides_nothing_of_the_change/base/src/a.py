right = 1
wrong = 2
