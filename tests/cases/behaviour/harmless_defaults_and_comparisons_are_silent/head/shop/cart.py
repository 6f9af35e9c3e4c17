from datetime import datetime, timezone


def add(row, rows=(), kind=None, limit=10):
    if kind is None or limit == 0.5 or row is False:
        return rows
    return datetime.now(timezone.utc)
