import secrets


def new_id(name):
    return f"{name}-{secrets.token_hex(4)}"
