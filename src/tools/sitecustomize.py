"""Of draftgate: what judges a tree imports nothing from it, whatever its environment adds to the import path."""

import os
import sys


def _wall():
    top = os.environ.get("DRAFTGATE_TREE")
    if not top:
        return
    beside = os.environ.get("DRAFTGATE_ENVIRONMENT")
    inside = os.path.join(os.path.realpath(top), "")
    trusted = os.path.join(os.path.realpath(beside), "") if beside else None

    def is_of_the_tree(place):
        place = os.path.realpath(place)
        return place.startswith(inside) and not (trusted and place.startswith(trusted))

    class Wall:
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            for finder in sys.meta_path:
                find = None if finder is cls else getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find else None
                if spec is None:
                    continue
                places = list(spec.submodule_search_locations or ())
                if spec.origin and spec.has_location:
                    places.append(spec.origin)
                if any(is_of_the_tree(place) for place in places):
                    raise ModuleNotFoundError(f"{name} is of the tree that is judged", name=name)
                return spec
            return None

    sys.meta_path.insert(0, Wall)


_wall()
