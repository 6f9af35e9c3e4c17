class Shape:
    def area(self):
        raise NotImplementedError


class Square(Shape):
    def area(self):
        x = self.x
        return x * x
