def total(rows):
    # seen = set()
    # for row in rows:
    #     seen.add(row)
    # check(seen)
    # audit(rows)
    return sum(rows)
