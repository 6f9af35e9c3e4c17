def helper(rows=[]):
    return rows is 0
