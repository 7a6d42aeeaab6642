"""Pictures made of wishes: words, a picture in another style, a picture that moves.

What makes them is a Provider (wish.py): our own brushes (procedural.py), a server that speaks the
OpenAI images API (openai.py), or pipelines of this machine (pipelines.py). Styles and movements are
always our own.
"""

from sameframe.generators.openai import OpenAI
from sameframe.generators.pipelines import Pipelines
from sameframe.generators.procedural import Procedural
from sameframe.generators.wish import Provider
from sameframe.settings import Settings


def providers(settings: Settings) -> tuple[Provider, ...]:
    """Return who makes pictures, whoever is asked first first; the last one makes everything."""
    match settings.maker:
        case "openai":
            return (OpenAI(settings), Procedural())
        case "diffusers":
            folders = settings.diffusers_text, settings.diffusers_image, settings.diffusers_video
            return (Pipelines(*folders), Procedural())
    return (Procedural(),)
