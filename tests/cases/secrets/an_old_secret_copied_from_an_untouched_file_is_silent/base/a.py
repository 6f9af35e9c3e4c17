A = "{{secret:github-classic}}"
