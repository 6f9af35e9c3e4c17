def pay(session, bill, amount):
    if amount <= 0:
        return None
    bill.amount = amount
    session.add(bill)
    return bill
