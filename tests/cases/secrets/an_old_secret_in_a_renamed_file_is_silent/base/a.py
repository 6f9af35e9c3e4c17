T = "{{secret:github-classic}}"
A = 1
B = 2
