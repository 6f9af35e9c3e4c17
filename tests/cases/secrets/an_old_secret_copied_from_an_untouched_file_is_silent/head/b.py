B = "{{secret:github-classic}}"
