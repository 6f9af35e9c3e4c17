HEAD = "{{secret:github-classic|first-half}}"
TAIL = "{{secret:github-classic|second-half}}"


def token() -> str:
    return HEAD + TAIL
