from shape import area

area(1)
area(1)
