import json
import os


class Money:
    def __init__(self, cents, currency):
        self.cents = cents
        self.currency = currency

    def __eq__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return self.cents == other.cents and self.currency == other.currency


def parse(text):
    amount, _, currency = text.partition(" ")
    if not amount.isdigit():
        raise ValueError(f"no amount: {text}")
    return Money(int(amount), currency)


def total(items, rate=19):
    net = sum(item["cents"] for item in items)
    return net + net * rate // 100


def report(items):
    return f"{len(items)} items, {total(items)} cents"


def load(path):
    with open(path) as file:
        return json.load(file)
