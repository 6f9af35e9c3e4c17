# привет, cоde
message = "сode"
данные_user = 1
