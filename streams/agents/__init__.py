"""The three agents: each decodes a record, calls its stage, sends what comes out and leaves the rest to the checkpoint.

A record that makes a stage raise becomes a dead letter (`internal-error`) and the stream goes on. Outputs carry the
timestamp of the article's own record, so that latency and lag are measured from the producer and a replay gives the
same records.
"""
