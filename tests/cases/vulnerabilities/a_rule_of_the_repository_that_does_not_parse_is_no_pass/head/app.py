import tickets

from store import quote


def close(store, number):
    store.run_raw("delete " + tickets.load(number).title)


def close_quoted(store, number):
    store.run_raw("delete " + quote(tickets.load(number).title))
