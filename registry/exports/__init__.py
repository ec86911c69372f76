"""The catalogue in other people's shapes: plain Python over `facts`, without Django, models or the clock."""
