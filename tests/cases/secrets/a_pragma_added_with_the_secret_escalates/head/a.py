T = "{{secret:github-classic}}"  # pragma: allowlist secret
