import win32api
import win32con

print(win32api, win32con)
