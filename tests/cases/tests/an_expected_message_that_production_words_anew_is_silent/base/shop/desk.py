from shop.kinds import kind


@kind("limited")
def _limited(count, limit=2):
    if count > limit:
        raise ValueError(f"{count} pieces are too many")
    return count
