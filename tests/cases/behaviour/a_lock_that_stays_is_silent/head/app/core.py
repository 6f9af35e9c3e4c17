def f(self):
    with self.lock:
        self.n += 2
        self.m += 1
    return self.n
