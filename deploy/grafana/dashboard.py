"""The Grafana dashboard as code, by the Grafana Foundation SDK: `python deploy/grafana/dashboard.py` writes it anew.

`dashboards/newstape.json` is what Grafana is provisioned with; a test holds it equal to this.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders.common import VizLegendOptions, VizTooltipOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, QueryVariable, Row
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as TimeSeries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement, TooltipDisplayMode
from grafana_foundation_sdk.models.dashboard import DataSourceRef, GridPos, VariableRefresh, VariableSort

FILE: Final = Path(__file__).parent / "dashboards" / "newstape.json"

_PROMETHEUS: Final = DataSourceRef(type_val="prometheus", uid="$datasource")
_CHOSEN: Final = 'instance=~"$instance"'
_COLUMNS: Final = 24
_HEIGHTS: Final = {Stat: 4, TimeSeries: 8}

# A metric of workers with the labels asked for, if any. What Prometheus records by rules has colons and no instance.
_METRIC: Final = re.compile(r"\b((?:newstape|process)_[a-z_0-9]+|up)\b(?:\{([^}]*)\})?(?=[\[)])")

Panel = Stat | TimeSeries


def _asks(panel: Panel, title: str, what: str, unit: str, queries: Sequence[tuple[str, str]]) -> None:
    """Fill a panel; each query is an expression and its legend."""
    panel.title(title).description(what).unit(unit).datasource(_PROMETHEUS)
    for letter, (expression, legend) in zip("ABCDEF", queries, strict=False):
        panel.with_target(Dataquery().expr(_of_the_chosen(expression)).legend_format(legend).ref_id(letter))


def _of_the_chosen(expression: str) -> str:
    """A query of the workers that the reader has chosen."""
    return _METRIC.sub(
        lambda found: f"{found[1]}{{{', '.join(filter(None, (found[2], _CHOSEN)))}}}",
        expression,
    )


def _figure(title: str, what: str, unit: str, expression: str) -> Stat:
    panel = Stat()
    _asks(panel, title, what, unit, [(expression, "")])
    return panel


def _lines(title: str, what: str, unit: str, *queries: tuple[str, str]) -> TimeSeries:
    legend = VizLegendOptions().show_legend(True).placement(LegendPlacement.BOTTOM)
    panel = TimeSeries().min(0)
    panel.legend(legend.display_mode(LegendDisplayMode.LIST)).tooltip(
        VizTooltipOptions().mode(TooltipDisplayMode.MULTI)
    )
    _asks(panel, title, what, unit, queries)
    return panel


def _quantiles(metric: str, by: str = "") -> list[tuple[str, str]]:
    """Median and 99th percentile of a histogram, by a label if one is named."""
    labels, legend = (f"le, {by}", f"{{{{{by}}}}} ") if by else ("le", "")
    return [
        (f"histogram_quantile({q}, sum by ({labels}) (rate({metric}_bucket[5m])))", f"{legend}p{round(q * 100)}")
        for q in (0.5, 0.99)
    ]


def _rows() -> list[tuple[str, list[Panel]]]:
    return [
        (
            "Now",
            [
                _figure("Workers", "Workers that answer.", "short", 'sum(up{job="newstape"})'),
                _figure("Lag", "Age of the oldest record not yet processed.", "s", "max(newstape_lag_seconds)"),
                _figure("Articles", "Articles a second.", "reqps", "sum(rate(newstape_articles_total[5m]))"),
                _figure("Events", "Market events a second.", "reqps", "sum(rate(newstape_events_total[5m]))"),
                _figure(
                    "Dead letters",
                    "Records set aside in the last hour.",
                    "short",
                    "round(sum(increase(newstape_dead_letters_total[1h])) or vector(0))",
                ),
                _figure(
                    "Error budget",
                    "Share of the last 30 days in which records were older than 10 s; the objective is 1 %.",
                    "percentunit",
                    "avg_over_time(newstape:lag_over_slo[30d])",
                ),
            ],
        ),
        (
            "Flow",
            [
                _lines(
                    "Lag by topic",
                    "Age of the oldest record not yet processed.",
                    "s",
                    ("max by (topic) (newstape_lag_seconds)", "{{topic}}"),
                ),
                _lines(
                    "Produce to market event",
                    "From the time of the article's record to the delivery of its events.",
                    "s",
                    *_quantiles("newstape_event_latency_seconds"),
                ),
                _lines(
                    "Articles by outcome",
                    "What reconciliation made of them.",
                    "reqps",
                    ("sum by (outcome) (rate(newstape_articles_total[5m]))", "{{outcome}}"),
                ),
                _lines(
                    "Dead letters by reason",
                    "Records set aside, in five minutes.",
                    "short",
                    ("sum by (reason) (increase(newstape_dead_letters_total[5m]))", "{{reason}}"),
                ),
                _lines(
                    "Articles by source",
                    "The sources of NEWSTAPE_SOURCES; the others together.",
                    "reqps",
                    ("sum by (source) (rate(newstape_source_articles_total[5m]))", "{{source}}"),
                ),
                _lines(
                    "Extraction",
                    "Share of articles that name no index, and of those whose sentiment is null.",
                    "percentunit",
                    ("newstape:no_index:ratio1h", "no index"),
                    ("newstape:null_sentiment:ratio1h", "null sentiment"),
                ),
            ],
        ),
        (
            "Market",
            [
                _lines(
                    "Mentions in the last hour",
                    "The ten indices most named.",
                    "short",
                    ('topk(10, sum by (index) (newstape_index_mentions{window="1h", index=~"$index"}))', "{{index}}"),
                ),
                _lines(
                    "Market events by type",
                    "Events published, corrections and retractions included.",
                    "reqps",
                    ("sum by (type) (rate(newstape_events_total[5m]))", "{{type}}"),
                ),
            ],
        ),
        (
            "Workers",
            [
                _lines(
                    "Memory",
                    "Resident memory of each worker.",
                    "bytes",
                    ('max by (instance) (process_resident_memory_bytes{job="newstape"})', "{{instance}}"),
                ),
                _lines(
                    "CPU",
                    "Cores that each worker keeps busy; one at most, and a little of another.",
                    "short",
                    ('sum by (instance) (rate(process_cpu_seconds_total{job="newstape"}[5m]))', "{{instance}}"),
                ),
                _lines(
                    "Lag by worker",
                    "Age of the oldest record that each has not processed.",
                    "s",
                    ("max by (instance) (newstape_lag_seconds)", "{{instance}}"),
                ),
                _lines(
                    "Articles by worker",
                    "What each took.",
                    "reqps",
                    ("sum by (instance) (rate(newstape_articles_total[5m]))", "{{instance}}"),
                ),
                _lines(
                    "Open files",
                    "Files and connections of each worker.",
                    "short",
                    ('max by (instance) (process_open_fds{job="newstape"})', "{{instance}}"),
                ),
            ],
        ),
        (
            "Machine",
            [
                _lines(
                    "Time per stage",
                    "One record in one stage.",
                    "s",
                    *_quantiles("newstape_stage_seconds", by="stage"),
                ),
                _lines(
                    "Table entries",
                    "Entries kept, over all workers.",
                    "short",
                    ("sum by (table) (newstape_table_entries)", "{{table}}"),
                ),
                _lines(
                    "Records handed over again",
                    "What Faust handed over twice, out of turn or for a partition not owned.",
                    "short",
                    (
                        "sum by (agent, reason) (increase(newstape_redelivered_records_total[5m]))",
                        "{{agent}} {{reason}}",
                    ),
                ),
            ],
        ),
    ]


def _variables() -> list[DatasourceVariable | QueryVariable]:
    """What a reader chooses by: where the figures come from, whose they are, and of which index."""
    return [
        DatasourceVariable("datasource").label("Data source").type("prometheus"),
        _choice("instance", "Worker", 'label_values(up{job="newstape"}, instance)'),
        _choice("index", "Index", "label_values(newstape_index_mentions, index)"),
    ]


def _choice(name: str, label: str, query: str) -> QueryVariable:
    variable = QueryVariable(name).label(label).query(query).datasource(_PROMETHEUS).multi(True).include_all(True)
    return variable.all_value(".*").refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.ALPHABETICAL_ASC)


def dashboard() -> Dashboard:
    """The dashboard: how it stands in one row of figures, then flow, market and machine; places left to right."""
    board = Dashboard("newstape").uid("newstape").tags(["newstape"]).readonly()
    for variable in _variables():
        board.with_variable(variable)
    board.refresh("10s").time("now-6h", "now").timezone("utc")
    y = number = 0
    for title, panels in _rows():
        number += 1
        board.with_row(Row(title).id(number).grid_pos(GridPos(x=0, y=y, w=_COLUMNS, h=1)))
        y += 1
        across = min(len(panels), 6 if isinstance(panels[0], Stat) else 3)
        width, height = _COLUMNS // across, _HEIGHTS[type(panels[0])]
        for place, panel in enumerate(panels):
            number += 1
            below, beside = divmod(place, across)
            at = GridPos(x=beside * width, y=y + below * height, w=width, h=height)
            board.with_panel(panel.id(number).grid_pos(at))
        y += height * -(-len(panels) // across)
    return board


def text() -> str:
    """The file's content."""
    encoded: str = JSONEncoder(sort_keys=True, indent=2).encode(dashboard().build())
    return encoded + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
