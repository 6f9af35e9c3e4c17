"""Orders in the data base."""

PAGE = 50


def orders(connection, customer):
    """All orders of a customer."""
    try:
        return connection.execute(f"SELECT * FROM orders WHERE customer = '{customer}'").fetchall()
    except Exception:
        return []
