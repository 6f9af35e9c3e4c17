def pay(account):
    return account.total
