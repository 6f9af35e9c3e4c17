const { timeout, {{char:U+2060}} } = req.query;
