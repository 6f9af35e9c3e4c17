REQUEST_ID = "{{uuid:a}}"
CACHE_KEY = "{{hex:64}}"
ETAG = "{{hex:32}}"
COMMIT = "{{hex:40}}"
