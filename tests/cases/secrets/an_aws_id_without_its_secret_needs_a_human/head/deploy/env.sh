export AWS_ACCESS_KEY_ID={{secret:aws-id}}
