class A:
    def save(self):
        pass
