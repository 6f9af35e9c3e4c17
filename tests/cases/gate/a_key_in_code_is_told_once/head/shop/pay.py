"""Payments."""

API_KEY = "{{secret:github-classic}}"


def charge(client, cents):
    """Takes the money."""
    return client.charge(cents, key=API_KEY)
