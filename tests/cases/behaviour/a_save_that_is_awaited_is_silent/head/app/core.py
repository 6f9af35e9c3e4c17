async def f(db):
    await db.save()
    x = 1
    y = 3
    return x
