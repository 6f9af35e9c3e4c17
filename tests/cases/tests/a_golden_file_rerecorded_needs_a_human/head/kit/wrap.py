def wrap(text, width):
    return [text[at:at + width] for at in range(0, len(text), width)]
