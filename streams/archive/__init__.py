"""Topics kept for longer than Kafka keeps them: Parquet files that hold every record once, with the offsets they reach.

`tables` says which columns there are, `parquet` writes and reads files, `directory` makes what was written visible
together with its offsets, `follow` reads the topics, and `history` reads the archive: as published, as it stands, or as
it was known at a time. All but `tables` needs pyarrow, the extra `archive`.
"""
