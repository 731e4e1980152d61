"""The closed vocabularies of the contract.

Every value here goes over the wire as its lower-case string. A vocabulary is closed: a consumer may switch over its
members and treat anything else as a newer contract. Members are added at the end and never renamed, since stored topics
hold them.
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Whether an article may be used (the `pubstatus` of ninjs)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class LanguageSource(StrEnum):
    """Who says in which language an article is."""

    STATED = "stated"
    DETECTED = "detected"
    ASSUMED = "assumed"


class Kind(StrEnum):
    """What an entity is; the part of its id before the colon."""

    INDEX = "index"
    COMPANY = "company"
    PERSON = "person"
    COUNTRY = "country"
    ORGANIZATION = "organization"
    COMMODITY = "commodity"


class EntitySource(StrEnum):
    """Who says that an article is about an entity: its text, its provider's symbols, or both."""

    TEXT = "text"
    PROVIDER = "provider"
    BOTH = "both"


class Field(StrEnum):
    """The part of an article that offsets count in."""

    HEADLINE = "headline"
    BODY = "body"


class Direction(StrEnum):
    """Which way a number went."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Basis(StrEnum):
    """The period a move is measured over; `session` is since the previous close."""

    SESSION = "session"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YTD = "ytd"
    YEAR = "year"
    OTHER = "other"


class Record(StrEnum):
    """What mark a reading of an index set."""

    ALL_TIME_HIGH = "all_time_high"
    ALL_TIME_LOW = "all_time_low"
    PERIOD_HIGH = "period_high"
    PERIOD_LOW = "period_low"
    THRESHOLD_ABOVE = "threshold_above"
    THRESHOLD_BELOW = "threshold_below"
    BIGGEST_GAIN = "biggest_gain"
    BIGGEST_LOSS = "biggest_loss"


class FactLevel(StrEnum):
    """How sure the text is: it happened or was decided, it is expected, or someone would like it."""

    FACT = "fact"
    FORECAST = "forecast"
    OPINION = "opinion"


class Moment(StrEnum):
    """Which moment a reading of an index tells of."""

    CURRENT = "current"
    """Where the index stands or ended."""
    INTRADAY = "intraday"
    """Earlier in the session, since overtaken: "at one point up 450 points"."""
    PAST = "past"
    """An earlier time, as history or for comparison: "a year ago it stood at 38,000"."""


class Consistency(StrEnum):
    """Whether level, points and percent of a reading agree by arithmetic; `unchecked` with fewer than two of them."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    UNCHECKED = "unchecked"


class Polarity(StrEnum):
    """The label of a sentiment: the greatest of its three probabilities."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class NoSentiment(StrEnum):
    """Why a sentiment is null."""

    NO_CUE = "no-cue"
    UNSUPPORTED_LANGUAGE = "unsupported-language"
    NO_TEXT = "no-text"


class EventStatus(StrEnum):
    """Whether what an event tells of stands, or was called off: terminated, withdrawn, suspended, cancelled, denied."""

    STANDING = "standing"
    CALLED_OFF = "called_off"


class Measure(StrEnum):
    """What a number of an event measures, in the field's terms. `comparable_sales` are same-store or like-for-like
    sales, `charge` a write-down, impairment or restructuring charge, `debt` net debt, `orders` orders or bookings of a
    period, `backlog` those still open, `offer_price` what is offered a share in a deal and `deal_value` in all, `stake`
    the share of a firm that is bought, sold or held; `price_change`, `index_change` and `policy_rate_change` are moves,
    `share_price`, `index_level` and `policy_rate` what was reached.
    """

    EPS = "eps"
    NET_INCOME = "net_income"
    PRETAX_INCOME = "pretax_income"
    OPERATING_INCOME = "operating_income"
    EBIT = "ebit"
    EBITDA = "ebitda"
    GROSS_PROFIT = "gross_profit"
    REVENUE = "revenue"
    COMPARABLE_SALES = "comparable_sales"
    NET_INTEREST_INCOME = "net_interest_income"
    FUNDS_FROM_OPERATIONS = "funds_from_operations"
    OPERATING_CASH_FLOW = "operating_cash_flow"
    FREE_CASH_FLOW = "free_cash_flow"
    CAPEX = "capex"
    COSTS = "costs"
    CHARGE = "charge"
    GROSS_MARGIN = "gross_margin"
    OPERATING_MARGIN = "operating_margin"
    ORDERS = "orders"
    BACKLOG = "backlog"
    DELIVERIES = "deliveries"
    PRODUCTION = "production"
    SUBSCRIBERS = "subscribers"
    ASSETS_UNDER_MANAGEMENT = "assets_under_management"
    DEBT = "debt"
    DIVIDEND = "dividend"
    BUYBACK = "buyback"
    SHARE_PRICE = "share_price"
    PRICE_CHANGE = "price_change"
    MARKET_CAP = "market_cap"
    PRICE_TARGET = "price_target"
    DEAL_VALUE = "deal_value"
    OFFER_PRICE = "offer_price"
    STAKE = "stake"
    CONTRACT_VALUE = "contract_value"
    FINE = "fine"
    SETTLEMENT = "settlement"
    DAMAGES = "damages"
    INDEX_LEVEL = "index_level"
    INDEX_CHANGE = "index_change"
    TARIFF_RATE = "tariff_rate"
    POLICY_RATE = "policy_rate"
    POLICY_RATE_CHANGE = "policy_rate_change"
    STIMULUS = "stimulus"
    INVESTMENT = "investment"
    DEFENCE_SPENDING = "defence_spending"


class Lifecycle(StrEnum):
    """What became of an event with this revision."""

    CREATED = "created"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


class RejectReason(StrEnum):
    """Why a record is a dead letter."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    SCHEMA = "schema"
    FUTURE_TIMESTAMP = "future-timestamp"
    INTERNAL_ERROR = "internal-error"
    EMBARGOED = "embargoed"
    NOT_XML = "not-xml"


class Family(StrEnum):
    """The first part of an event type; names the topic `market.events.<family>`."""

    INDEX = "index"
    COMPANY = "company"
    POLICY = "policy"


class EventType(StrEnum):
    """What happened (version 1 of the taxonomy). `labels` and examples: schemas/README.md."""

    INDEX_LEVEL = "index.level"
    INDEX_MOVE = "index.move"
    INDEX_RECORD = "index.record"
    INDEX_THRESHOLD = "index.threshold"
    COMPANY_PRICE_MOVE = "company.price_move"
    COMPANY_MERGER = "company.merger"
    COMPANY_EARNINGS = "company.earnings"
    COMPANY_GUIDANCE = "company.guidance"
    COMPANY_RATING = "company.rating"
    COMPANY_DIVIDEND = "company.dividend"
    COMPANY_BUYBACK = "company.buyback"
    COMPANY_LEGAL = "company.legal"
    COMPANY_CONTRACT = "company.contract"
    POLICY_TARIFF = "policy.tariff"
    POLICY_TRADE_AGREEMENT = "policy.trade_agreement"
    POLICY_TRADE_TALKS = "policy.trade_talks"
    POLICY_STIMULUS = "policy.stimulus"
    POLICY_RATE_DECISION = "policy.rate_decision"
    POLICY_LEADERSHIP = "policy.leadership"
    POLICY_MEETING = "policy.meeting"
    POLICY_INVESTMENT_PLEDGE = "policy.investment_pledge"
    POLICY_DEFENCE_SPENDING = "policy.defence_spending"
    POLICY_SANCTION = "policy.sanction"

    @property
    def family(self) -> Family:
        """The family, which names the topic."""
        return Family(self.value.partition(".")[0])

    @property
    def name_in_family(self) -> str:
        """The name without the family, such as `merger`."""
        return self.value.partition(".")[2]

    @property
    def is_move(self) -> bool:
        """Whether it is a way up or down, of an index or of a price, whose numbers bear a sign."""
        return self in (EventType.INDEX_MOVE, EventType.COMPANY_PRICE_MOVE)

    @property
    def is_of_its_day(self) -> bool:
        """Whether an event without a date is one of the day it was published: yesterday's rise says nothing of today's.
        Other happenings without a date are one story over the days that they are written about.
        """
        return self in _OF_ITS_DAY


# Readings of a market. Other properties of a type matter to extraction only: `streams/data/events/words.toml`.
_OF_ITS_DAY: Final = frozenset(
    (
        *(EventType.INDEX_LEVEL, EventType.INDEX_MOVE, EventType.INDEX_RECORD, EventType.INDEX_THRESHOLD),
        EventType.COMPANY_PRICE_MOVE,
    )
)


class Window(StrEnum):
    """The rolling windows of event time, by name."""

    M1 = "1m"
    M5 = "5m"
    H1 = "1h"
    H12 = "12h"
    H24 = "24h"
    D3 = "3d"
    D5 = "5d"
    D7 = "7d"

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return WINDOW_MINUTES[self]


CORE_INDICES: Final = frozenset(
    (
        "N225 TOPX SPX DJI DJT IXIC NDX RUT VIX FTSE FTMC FT30 DAX CAC SXXP SX5E IBEX FTSEMIB AEX SMI OMXS30 HSI HSCEI "
        "SSEC CSI300 SZSC KOSPI TWII STI NSEI BSESN AXJO AORD NZ50 TSX BVSP MXX MSCIW MSCIACWI MSCIEM DXY"
    ).split()
)
"""The indices that index facts name by their bare id and that accuracy is measured on. The others, sector and regional
families by the hundred, are named `other:<id>` in a fact, so that a reader of the core list is not given them unasked.
"""

_OTHER_INDEX: Final = "other:"


def index_in_facts(index: str) -> str:
    """An index's id as an index fact spells it: bare for `CORE_INDICES`, `other:` before all others."""
    return index if index in CORE_INDICES else f"{_OTHER_INDEX}{index}"


def bare_index(text: str) -> str:
    """An index's id without its prefixes: `OEX` for `OEX`, `index:OEX` and `other:OEX`."""
    return text.removeprefix("index:").removeprefix(_OTHER_INDEX)


WINDOW_MINUTES: Final[dict[Window, int]] = {
    Window.M1: 1,
    Window.M5: 5,
    Window.H1: 60,
    Window.H12: 720,
    Window.H24: 1_440,
    Window.D3: 4_320,
    Window.D5: 7_200,
    Window.D7: 10_080,
}

LONGEST_WINDOW_MINUTES: Final = max(WINDOW_MINUTES.values())
