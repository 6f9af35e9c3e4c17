class A:
    def save(self):
        self.f.write(self.d)
        self.f.flush()
