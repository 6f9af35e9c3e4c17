def has_slots():
    return True
