def bill(sacks, rate):
    return round(sum(sacks) * (1 + rate), 2)
