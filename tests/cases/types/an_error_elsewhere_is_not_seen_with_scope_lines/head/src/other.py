from shape import area

area(3, 4)
