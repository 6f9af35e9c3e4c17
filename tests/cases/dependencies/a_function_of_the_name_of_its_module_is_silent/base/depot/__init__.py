from .slug import slug
