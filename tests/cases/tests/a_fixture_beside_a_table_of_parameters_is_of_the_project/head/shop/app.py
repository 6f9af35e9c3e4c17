class App:
    def client(self):
        return self
