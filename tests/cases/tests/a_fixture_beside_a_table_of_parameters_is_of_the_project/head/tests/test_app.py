import pytest


@pytest.mark.asyncio
@pytest.mark.parametrize("path,expected", [("/", "Shop"), ("/cart", "Cart")])
async def test_titles(client, path, expected):
    response = await client.get(path)
    assert expected in response.text
