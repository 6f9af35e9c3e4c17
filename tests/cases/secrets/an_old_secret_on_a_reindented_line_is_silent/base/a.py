T = "{{secret:github-classic}}"
