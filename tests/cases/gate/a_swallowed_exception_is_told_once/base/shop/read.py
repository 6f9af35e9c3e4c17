"""Reads the price list."""

import json


def prices(path):
    """All prices of a file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)
