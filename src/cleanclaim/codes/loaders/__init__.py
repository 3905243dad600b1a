"""How official files become releases: a module a family, a format a layout of a file."""
