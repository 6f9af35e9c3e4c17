if True:
    T = "{{secret:github-classic}}"
