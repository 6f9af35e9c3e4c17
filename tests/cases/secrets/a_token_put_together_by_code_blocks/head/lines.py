TOKEN = "{{secret:npm|first-half}}" \
    + "{{secret:npm|second-half}}"
