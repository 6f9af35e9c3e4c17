def pay(account):
    # within the limit    return 0
    return account.total
