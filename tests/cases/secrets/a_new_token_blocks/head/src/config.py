TOKEN = "{{secret:github-classic}}"
