"""Who may sign what, since when, until when."""
