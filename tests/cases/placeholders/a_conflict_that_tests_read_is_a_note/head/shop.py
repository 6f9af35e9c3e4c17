price = 0
