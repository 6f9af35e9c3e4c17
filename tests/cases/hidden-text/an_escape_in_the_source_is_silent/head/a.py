RLO = "\u202e"
ZWSP = "\u200b"
