"""What operators use and no worker imports: replay, dead-letter tools, doctor and feed."""
