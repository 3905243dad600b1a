"""One module an activity; each view declares its route and its permission."""
