area(5, 6)
