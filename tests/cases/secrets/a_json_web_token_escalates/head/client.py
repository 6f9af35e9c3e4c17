T = "{{secret:jwt}}"
