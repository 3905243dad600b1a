"""The web application: pages for people, every route with the right it needs."""
