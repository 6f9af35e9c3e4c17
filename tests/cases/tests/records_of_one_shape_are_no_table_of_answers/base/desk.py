def settings(model, effort):
    return [{"kind": "tool_use", "label": model.label}, effort]
