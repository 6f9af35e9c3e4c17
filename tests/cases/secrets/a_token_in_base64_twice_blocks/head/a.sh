T={{secret:github-classic|base64|base64}}
