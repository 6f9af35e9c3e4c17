def pay(session, bill, amount):
    if bill.paid:
        raise NotImplementedError
    if amount <= 0:
        return None
    bill.amount = amount
    session.add(bill)
    return bill
