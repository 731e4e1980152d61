"""Programs that are started beside newstape and end with it."""
