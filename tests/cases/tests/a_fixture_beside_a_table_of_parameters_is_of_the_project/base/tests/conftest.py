import pytest_asyncio


@pytest_asyncio.fixture
async def client():
    from shop.app import App

    return App().client()
