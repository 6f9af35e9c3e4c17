class Shape:
    def area(self):
        x = self.x
        return x * x
