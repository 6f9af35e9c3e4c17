SAMPLE = "{{base62:32}}"
