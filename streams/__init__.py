"""The stages, agents and tools of newstape."""
