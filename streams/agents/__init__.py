"""The three agents: thin shells that hand records of Kafka to the pure stages and publish what comes out."""
