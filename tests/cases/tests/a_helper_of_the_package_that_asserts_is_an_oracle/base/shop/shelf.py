class Shop:
    def __init__(self):
        self.prices = {}

    def put(self, name, price):
        self.prices[name] = price

    def price(self, name):
        return self.prices[name]
