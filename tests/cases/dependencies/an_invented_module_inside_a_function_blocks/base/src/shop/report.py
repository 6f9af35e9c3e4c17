def render(rows):
    return str(rows)
