T = "{{secret:github-classic}}"
X = 2
