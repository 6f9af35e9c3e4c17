def case():
    return 1
