import logging

logging.disable(logging.CRITICAL)


def load(path):
    return parse(path)
