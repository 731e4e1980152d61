"""What talks to Kafka: the catalogue of topics, reading, headers and permissions."""
