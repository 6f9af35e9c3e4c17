def settings(model, effort):
    fixed = {"kind": "tool_use", "label": "interpreter"}
    request = {"kind": "tool_result", "label": model.label}
    if model.plain:
        request = {"kind": "tool_plain", "label": "plain_answer"}
    return [fixed, request, effort]
