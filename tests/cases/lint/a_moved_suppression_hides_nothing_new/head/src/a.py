other = 0
right = 1
