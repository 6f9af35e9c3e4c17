def host_of(url):
    rest = url.split("://", 1)[-1]
    return rest.split("/", 1)[0].split(":", 1)[0].lower()


def port_of(url):
    rest = url.split("://", 1)[-1].split("/", 1)[0]
    if ":" in rest:
        return int(rest.rsplit(":", 1)[1])
    return 443 if url.startswith("https") else 80
