curl "https://api.acme-corp.io/?t={{secret:github-classic|percent}}"
