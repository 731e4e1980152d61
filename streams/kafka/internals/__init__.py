"""Where newstape reaches into the insides of Faust and aiokafka: here and nowhere else, each place with its reason.

An upgrade of either library begins here: what stands in these modules is no interface and may change in any release.

* `header_names` gives aiokafka's fetcher another reader of batches: one header name that is no UTF-8 ended a worker.
* `turns` gives out what Faust's consumer thread has fetched in turns, since a backlog of articles starves the stages,
  and hands a turn's records to their agent together, since Faust makes four tasks and an event of each.
* `protocol` declares two requests that aiokafka has not, or not with the answer's last fields: what a user may do.
* `clients` commits by Faust's consumer thread, sees whether the tasks of a client still run, closes every connection of
  a consumer, reads which worker owns which partitions, and changes how long a producer's batches wait for more.
* `app` takes four things from Faust's app that a pipeline under a `Checkpoint` can't have.

`Checkpoint` and the pipeline call Faust's public methods beside these; where one needs an explanation, it stands there.
"""
