async def f(db):
    await db.save()
    x = 1
    y = 2
    return x
