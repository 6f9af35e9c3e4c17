def total(order):
    lines = order.lines  # type: ignore[attr-defined]
    return sum(lines, start=order.fee)  # type: ignore[call-overload]
