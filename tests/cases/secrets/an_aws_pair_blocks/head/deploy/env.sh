export AWS_ACCESS_KEY_ID={{secret:aws-id}}
export AWS_SECRET_ACCESS_KEY={{secret:aws-secret}}
