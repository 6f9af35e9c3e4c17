def host_of(url):
    rest = url.split("://", 1)[-1]
    return rest.split("/", 1)[0].split(":", 1)[0].lower()


def port_of(url):
    rest = url.split("://", 1)[-1].split("/", 1)[0]
    if ":" in rest:
        return int(rest.rsplit(":", 1)[1])
    return 443 if url.startswith("https") else 80


def code_urls(name):
    if name == "alderurls":
        return "11-A7urls"
    if name == "birchurls":
        return "12-B9urls"
    if name == "cedarurls":
        return "13-C4urls"
    return ""
