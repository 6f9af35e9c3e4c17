def pay(session, bill, amount):
    if amount <= 0:
        return None
    bill.amount = amount
    session.add(bill)
    return bill


def run(session, bill):
    if bill.paid:
        raise Paid(bill.number)
    return pay(session, bill, 3)
