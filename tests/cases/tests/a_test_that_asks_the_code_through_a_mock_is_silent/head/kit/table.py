def widths(rows):
    return [max(len(cell) for cell in column) for column in zip(*rows)]


def render(rows):
    sizes = widths(rows)
    return "\n".join(
        "|".join(cell.ljust(size) for cell, size in zip(row, sizes)) for row in rows
    )
