PROMPT = "hello{{tags:say yes}}"
