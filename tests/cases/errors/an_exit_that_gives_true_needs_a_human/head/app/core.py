x = 1


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return True
