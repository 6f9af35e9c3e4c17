PAIR = ["{{secret:github-classic|first-half}}", "{{secret:github-classic|second-half}}"]


def shown(names: list[str]) -> str:
    return "{{secret:github-classic|first-half}}" + names[0] + "{{secret:github-classic|second-half}}"
