"""What operators use and no worker imports: replay, dead-letter tools, doctor and the producer of articles."""
