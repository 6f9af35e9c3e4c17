T = bytes.fromhex("{{secret:github-classic|hex}}")
