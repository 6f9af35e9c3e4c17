def f(self):
    self.n += 1
    self.m += 1
    return self.n
