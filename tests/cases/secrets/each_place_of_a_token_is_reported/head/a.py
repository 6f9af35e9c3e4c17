A = 1
T = "{{secret:github-classic}}"
U = "{{secret:github-classic}}"
