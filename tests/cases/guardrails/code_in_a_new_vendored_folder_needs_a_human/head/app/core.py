from app.vendor.engine import start


def run():
    return start()
