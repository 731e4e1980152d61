"""The contract as documents, JSON Schemas and AsyncAPI made from `schemas` and the topic catalogue, and its changes.

`messages` is the catalogue of messages, `json_schema` and `asyncapi` make the documents, `examples` runs articles
through the real stages, `compatibility` compares two contracts, `files` keeps them under `schemas/contract`.
"""
