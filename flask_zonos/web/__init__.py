"""The routes and tags that a browser, or Zonos, reaches."""
