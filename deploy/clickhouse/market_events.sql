-- Market events in ClickHouse, read from Kafka by its own engine: `clickhouse-client --multiquery < market_events.sql`.
-- Put in your brokers and, where you have one, the prefix of the topics; NEWSTAPE_OUTPUT_FORM must be json.
-- The engine delivers at least once: what comes twice is one row once its parts are merged, and with FINAL at once.

CREATE DATABASE IF NOT EXISTS newstape;

-- What comes, a message a row. Who selects from this table takes messages away from the view below.
CREATE TABLE newstape.market_events_queue
(
    message String
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = '127.0.0.1:9092',
    kafka_topic_list = 'market.events.index,market.events.company,market.events.policy',
    kafka_group_name = 'clickhouse',
    kafka_format = 'JSONAsString',
    kafka_handle_error_mode = 'stream';

-- As published: corrections and retractions are rows of their own.
CREATE TABLE newstape.market_events
(
    event_id String,
    revision UInt64,
    lifecycle LowCardinality(String),
    type LowCardinality(String),
    published_at DateTime64(3, 'UTC'),
    observed_at DateTime64(3, 'UTC'),
    subject_id String,
    subject_name String,
    subject_resolved Nullable(Bool),
    direction LowCardinality(Nullable(String)),
    basis LowCardinality(Nullable(String)),
    record LowCardinality(Nullable(String)),
    percent Nullable(Float64),
    points Nullable(Float64),
    level Nullable(Float64),
    threshold Nullable(Float64),
    figures Map(String, Tuple(value Float64, unit String, currency Nullable(String), measure Nullable(String), basis Nullable(String))),
    confidence Nullable(Float64),
    sentiment Nullable(Float64),
    fact_level LowCardinality(Nullable(String)),
    status LowCardinality(Nullable(String)),
    uri String,
    headline Nullable(String),
    source Nullable(String),
    topic LowCardinality(String),
    partition UInt64,
    offset UInt64,
    message String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(published_at)
ORDER BY (type, subject_id, published_at, event_id, revision, lifecycle);

CREATE MATERIALIZED VIEW newstape.market_events_reader TO newstape.market_events AS
SELECT
    JSONExtract(message, 'event_id', 'String') AS event_id,
    JSONExtract(message, 'revision', 'UInt64') AS revision,
    JSONExtract(message, 'lifecycle', 'String') AS lifecycle,
    JSONExtract(message, 'type', 'String') AS type,
    ifNull(parseDateTime64BestEffortOrNull(JSONExtract(message, 'published_at', 'String'), 3, 'UTC'), _timestamp_ms) AS published_at,
    ifNull(_timestamp_ms, toDateTime64(0, 3, 'UTC')) AS observed_at,
    ifNull(JSONExtract(message, 'subject', 'id', 'Nullable(String)'), '') AS subject_id,
    JSONExtract(message, 'subject', 'name', 'String') AS subject_name,
    JSONExtract(message, 'subject', 'resolved', 'Nullable(Bool)') AS subject_resolved,
    JSONExtract(message, 'direction', 'Nullable(String)') AS direction,
    JSONExtract(message, 'basis', 'Nullable(String)') AS basis,
    JSONExtract(message, 'record', 'Nullable(String)') AS record,
    JSONExtract(message, 'arguments', 'percent', 'value', 'Nullable(Float64)') AS percent,
    JSONExtract(message, 'arguments', 'points', 'value', 'Nullable(Float64)') AS points,
    JSONExtract(message, 'arguments', 'level', 'value', 'Nullable(Float64)') AS level,
    JSONExtract(message, 'arguments', 'threshold', 'value', 'Nullable(Float64)') AS threshold,
    JSONExtract(message, 'arguments', 'Map(String, Tuple(value Float64, unit String, currency Nullable(String), measure Nullable(String), basis Nullable(String)))') AS figures,
    JSONExtract(message, 'confidence', 'Nullable(Float64)') AS confidence,
    JSONExtract(message, 'sentiment', 'score', 'Nullable(Float64)') AS sentiment,
    JSONExtract(message, 'fact_level', 'Nullable(String)') AS fact_level,
    JSONExtract(message, 'status', 'Nullable(String)') AS status,
    JSONExtract(message, 'article', 'uri', 'String') AS uri,
    JSONExtract(message, 'article', 'headline', 'Nullable(String)') AS headline,
    JSONExtract(message, 'article', 'source', 'Nullable(String)') AS source,
    _topic AS topic,
    _partition AS partition,
    _offset AS offset,
    message
FROM newstape.market_events_queue
WHERE length(_error) = 0;

-- As it stands: of each event the newest revision, and none that was retracted. For what was known at a time put
-- `WHERE observed_at <= '2026-03-20 07:00:00'` into the inner SELECT.
CREATE VIEW newstape.market_events_standing AS
SELECT *
FROM
(
    SELECT *
    FROM newstape.market_events
    ORDER BY event_id, revision DESC, offset
    LIMIT 1 BY event_id
)
WHERE lifecycle != 'retracted';
