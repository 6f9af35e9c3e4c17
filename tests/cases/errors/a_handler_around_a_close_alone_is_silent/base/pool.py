class Pool:
    def __init__(self, links):
        self.links = links
