class Pool:
    def __init__(self, links):
        self.links = links

    def drop(self):
        for link in self.links:
            try:
                link.close()
            except Exception:
                pass
