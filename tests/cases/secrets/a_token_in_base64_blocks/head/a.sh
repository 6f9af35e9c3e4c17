echo {{secret:github-classic|base64}} | base64 -d
