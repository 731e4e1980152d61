"""The fuzzer of the pure stages: records by number from a seed, what must hold of each, a long run by `make fuzz`."""
