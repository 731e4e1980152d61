"""What must survive a crash: offsets, deliveries and the entries of the tables."""
