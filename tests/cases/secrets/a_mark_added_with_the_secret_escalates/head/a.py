T = "{{secret:github-classic}}"  # gitleaks:allow
