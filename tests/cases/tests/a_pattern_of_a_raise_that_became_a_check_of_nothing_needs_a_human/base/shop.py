def fetch(p):
    with open(p) as f:
        return f.read()
