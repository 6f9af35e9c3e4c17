J = "{{secret:jwt}}"
T = "{{secret:npm}}"
