def vat(net):
    return net * 0.2
