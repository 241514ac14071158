"""Questions the app asks on top of a screen."""
