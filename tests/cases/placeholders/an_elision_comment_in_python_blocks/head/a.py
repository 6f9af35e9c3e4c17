def total(rows):
    s = 0
    # ... existing code ...
    return s
