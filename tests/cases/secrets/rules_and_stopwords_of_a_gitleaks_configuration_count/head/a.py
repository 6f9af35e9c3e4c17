A = "acme-{{hex:12}}"
B = "acme-{{hex:4:stop}}{{hex:8}}"
T = "{{secret:github-classic}}"  # known-fake
N = "{{secret:npm}}"  # known-fake
