T = "{{secret:github-classic}}"
X = 1
