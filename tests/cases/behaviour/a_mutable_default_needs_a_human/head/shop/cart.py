def add(row, rows: list = []):
    rows.append(row)
    return rows
