def fare(zones, child=False):
    if zones > 4:
        return 9
    if child:
        return zones
    return zones * 2
