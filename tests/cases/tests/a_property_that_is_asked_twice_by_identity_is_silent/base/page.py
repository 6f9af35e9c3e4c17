class Page:
    def __init__(self, text):
        self._made = object()

    @property
    def selector(self):
        return self._made
