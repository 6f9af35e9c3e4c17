import slowprices

TOTAL = slowprices.total(3)
