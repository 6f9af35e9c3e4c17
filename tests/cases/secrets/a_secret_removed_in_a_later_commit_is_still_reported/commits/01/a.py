X = "{{secret:github-classic}}"
