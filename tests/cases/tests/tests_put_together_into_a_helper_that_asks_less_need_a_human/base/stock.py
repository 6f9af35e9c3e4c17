def shelf(number):
    return "ABC"[number % 3] + str(number // 3)
