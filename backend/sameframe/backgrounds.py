"""The backgrounds a room can choose from."""

PRESETS = (
    "curtain",
    "studio",
    "seoul_night",
    "beach",
    "forest",
    "first_snow",
    "party",
    "riso",
    "sunset",
    "plain",
)
