"""The demo: a local Kafka, a worker, the sample articles and what came out."""
