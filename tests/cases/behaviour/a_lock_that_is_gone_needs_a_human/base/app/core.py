def f(self):
    with self.lock:
        self.n += 1
        self.m += 1
    return self.n
