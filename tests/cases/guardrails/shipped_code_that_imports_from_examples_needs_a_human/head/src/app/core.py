def run():
    from .examples.engine import start

    return start()
