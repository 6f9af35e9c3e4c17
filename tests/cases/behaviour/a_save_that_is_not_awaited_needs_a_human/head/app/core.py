async def f(db):
    db.save()
    x = 1
    y = 2
    return x
