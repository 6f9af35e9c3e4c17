class Full(Exception):
    def __init__(self, room, left):
        super().__init__(room, left)
        self.left = left
