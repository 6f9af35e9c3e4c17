def pay(session, bill, amount):
    if bill.paid:
        raise Paid(bill.number)
    bill.amount = amount
    session.add(bill)
    return bill
