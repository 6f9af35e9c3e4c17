token = "{{secret:npm|first-half}}"
token += "{{secret:npm|second-half}}"
