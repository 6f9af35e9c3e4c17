from shop.kinds import kind


@kind("limited")
def _limited(count, limit=2):
    if count > limit:
        raise ValueError(f"Order exceeds the limit of {limit}")
    return count
