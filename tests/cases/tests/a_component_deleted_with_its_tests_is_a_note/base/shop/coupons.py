def redeem(code, total):
    return total - 5 if code == "FIVE" else total
