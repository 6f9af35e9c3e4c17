from shape import area

area(1, 2)
