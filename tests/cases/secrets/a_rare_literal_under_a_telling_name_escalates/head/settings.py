API_SECRET = "{{base62:32}}"
