"""A real local Kafka for a bare machine, the demo, and the sample articles."""
