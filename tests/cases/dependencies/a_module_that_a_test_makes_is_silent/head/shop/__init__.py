def load(module):
    return getattr(module, "price", None)
