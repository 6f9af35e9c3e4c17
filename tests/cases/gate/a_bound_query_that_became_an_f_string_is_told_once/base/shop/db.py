"""Orders in the data base."""


def orders(connection, customer):
    """All orders of a customer."""
    return connection.execute("SELECT * FROM orders WHERE customer = ?", (customer,)).fetchall()
