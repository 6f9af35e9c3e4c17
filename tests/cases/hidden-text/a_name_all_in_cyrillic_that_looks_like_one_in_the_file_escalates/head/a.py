scope = 1
{{char:U+0455}}{{char:U+0441}}{{char:U+043E}}{{char:U+0440}}{{char:U+0435}} = 2
print(scope)
