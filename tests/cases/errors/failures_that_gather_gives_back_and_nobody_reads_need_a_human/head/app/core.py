import asyncio


async def tell(users, bus):
    await asyncio.gather(*(bus.send(u) for u in users), return_exceptions=True)
