import logging

logging.getLogger(__name__)


def load(path):
    return parse(path)
