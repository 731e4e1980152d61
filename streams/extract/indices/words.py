"""The words that market reports use of indices, as data: each with its part in a clause.

Each word has exactly one part; the module fails to load where one has two. All words are in lower case. Phrases of
several words are in `phrases`.
"""

from collections.abc import Iterable
from enum import IntEnum, auto
from typing import Final, NamedTuple

from streams.data.lexicon.motion import FALL, RISE
from streams.extract.text.word_list import words


class Part(IntEnum):  # an int hashes fast, and tokens are looked up by part all the time
    """What a word or phrase does in a clause about an index."""

    INDEX = auto()  # the mention itself; value: IndexSpan
    FIGURE = auto()  # value: Figure
    MOVE = auto()  # rose, gain, falling; value: sign
    CLOSE = auto()  # closed, stood, trading: what follows is a level or a direction
    BE = auto()  # was, is
    CROSS = auto()  # topped, breached; value: sign
    HIT = auto()  # hit, reached, touched
    PARTICLE = auto()  # up, lower, in the red; value: sign
    FLAT = auto()  # unchanged, little changed
    AUX = auto()  # has, had, having
    MODAL = auto()  # could, may
    WISH = auto()  # should
    AHEAD = auto()  # expected, set, likely
    NOT = auto()  # not, failed, no
    UNDO = auto()  # pared, erased: the move that follows did not stay
    PREPOSITION = auto()  # to, at, by, from; value: the word
    BEFORE = auto()  # before
    AFTER = auto()  # after, following
    BOUNDARY = auto()  # as, while, amid: what follows is about something else
    WITH = auto()  # with
    CONJUNCTION = auto()  # and, but, or
    COMMA = auto()
    OPEN = auto()
    SHUT = auto()
    STOP = auto()  # ; ? !
    DASH = auto()  # - – — : | … =
    ADVERB = auto()  # skipped
    DETERMINER = auto()  # the, its, benchmark, broader: before an index or a noun
    ITS = auto()  # its, it
    INDEX_NOUN = auto()  # index, average: belongs to the name before it
    NOT_INDEX = auto()  # futures, companies: makes the name before it a modifier
    EXTREME = auto()  # high, low: of the day; value: sign
    BASIS = auto()  # this week; value: Basis
    DAY = auto()  # Monday; value: the word
    DATE = auto()  # on Oct. 19, 1987; 5 August; December 1989
    PAST = auto()  # a year ago, in the dot-com bust: what is told is history
    RECORD = auto()  # record high; value: Record
    MARK = auto()  # mark, level, threshold, milestone behind a round number
    STREAK = auto()  # losing streak: is no move by itself
    PASSING = auto()  # during the day, at one point: not where it ended
    RESPECTIVELY = auto()
    POSSESSIVE = auto()  # 's
    WHICH = auto()  # which, that, who
    IF = auto()  # if, unless, expects, forecast
    OPINION = auto()  # think, believe
    SHORT_OF = auto()  # shy of, close to: no record
    GENERIC = auto()  # on average, typically: no reading of any one period
    OTHER = auto()


class Sense(NamedTuple):
    """A word's part and value."""

    part: Part
    value: object | None = None


SAME_WORD: Final = object()
"""Stands in the table for a value that is the word itself."""


def _lexicon(table: Iterable[tuple[Part, object, str]]) -> dict[str, Sense]:
    """The part and value of each word. Raises ValueError for a word that stands in two rows."""
    lexicon: dict[str, Sense] = {}
    for part, value, text in table:
        for word in text.split():
            if word in lexicon:
                raise ValueError(f"{word!r} is {part.name} and {lexicon[word].part.name}")
            lexicon[word] = Sense(part, word if value is SAME_WORD else value)
    return lexicon


def _signs(*groups: tuple[int, str]) -> dict[str, int]:
    return {word: sign for sign, text in groups for word in text.split()}


_TABLE: Final = (
    # Verbs of rising and falling, and words that are such verbs or nouns where they stand beside an index.
    (Part.MOVE, 1, " ".join(RISE)),
    (Part.MOVE, 1, """
        recovery firm perk uptick upturn upswing win wins won winning gap-up shot
    """),
    (Part.MOVE, -1, " ".join(FALL)),
    (Part.MOVE, -1, """
        loss losses downturn selloff sell-off shave shaved slashed pullback pull-back retraced retracement
        gap-down
    """),
    # Verbs whose direction, if any, stands in the word behind them: closed higher, stood at, posted a gain.
    (Part.CLOSE, None, """
        close closes closed closing end ends ended ending finish finishes finished finishing settle settles
        settled settling open opens opened opening stand stands stood standing trade trades traded trading hover
        hovers hovered hovering quote quoted remain remains remained remaining stay stays stayed staying start
        starts started starting begin begins began edge edges edged edging inch inches inched inching tick ticks
        ticked ticking nudge nudged nudges nudging creep crept move moves moved moving drift drifts drifted
        drifting push pushes pushed pushing head heads headed went go goes going come comes came turn turns turned
        turning swing swung post posts posted posting record recorded register registers registered registering
        log logs logged logging book books booked notch notches notched notching marks marked marking suffer
        suffers suffered suffering make makes made making enjoy enjoyed see seeing saw extend extends extended
        extending put puts putting pick picked power powers powering hold holds held holding rest rested print
        prints printed sit sits sat sitting show shows showed showing wrap wrapped trend trended trending snap
        bring brings brought bringing take takes took taking leave leaves left leaving set sets setting deliver
        delivered score scored return returned pulled pull pulls pulling change changed fared fare perform
        performed commence commenced linger lingered tread trod accumulate accumulated clocked clock backed
        consolidate consolidated steadied lift managed manage resume resumed indicated eke eked eking chalked
        chalk scraped racked clung running sprint sprinted march marched marches marching grind grinds ground cap capped
        capping
    """),
    (Part.BE, None, """
        was is were are be been being
    """),
    (Part.AUX, None, """
        has have had having did does do
    """),
    # Verbs that take a round number.
    (Part.CROSS, 1, """
        tops topped topping cross crosses crossed crossing breach breaches breached breaching surpass surpasses
        surpassed surpassing break breaks broke broken breaking pass passes passed passing reclaim reclaims
        reclaimed reclaiming regain regains regained regaining clear clears cleared clearing exceed exceeds
        exceeded exceeding retake retakes retook recapture recaptured scale scales scaled scaling conquer conquers
        conquered smash smashes smashed smashing pierce pierced eclipse eclipsed eclipses eclipsing hurdled overtook
        blast blasts blasted blasting storm storms stormed punched punches punching
    """),
    (Part.HIT, None, """
        hit hits hitting peaked peaking bottomed reach reaches reached reaching
        touch touches touched touching strike struck
        attain attained achieved achieve
    """),
    # The move named next did not stay, or was another day's: pared gains, erased a 1% loss, followed a 1.3% gain.
    (Part.UNDO, None, """
        snaps snapped snapping pare pares pared paring trim trims trimmed trimming erase erases erased erasing
        recoup recoups recouped recouping reverse reverses reversed reversing wipe wiped wiping give gives gave
        giving given surrender surrenders surrendered overcome overcame shrugged shrugging halted halting offset
        offsetting cut cuts cutting narrow narrowed narrowing follow followed follows unwound undo undid digest
        digested relinquished relinquishing
    """),
    (Part.PARTICLE, 1, """
        up higher firmer stronger upward upwards better dearer upside north +
    """),
    (Part.PARTICLE, -1, """
        down lower weaker softer easier downward downwards worse off cheaper minus
    """),
    (Part.FLAT, 0, """
        flat unchanged unch steady flattish flatlined stable static flat-lined unmoved
    """),
    (Part.MODAL, None, """
        could may might would will can must shall 'll
    """),
    (Part.WISH, None, """
        should ought
    """),
    # Behind "is" or "was" or a name: what follows is expected.
    (Part.AHEAD, None, """
        seen track expected likely poised forecast projected called tipped bound ready predicted anticipated
        unlikely slated implied targeting target targets targeted looks looked looking course eyeing eyes eyed
        priced needs need needed aims aiming tries trying
    """),
    (Part.NOT, None, """
        cannot not never failed fails fail failing neither nor without no struggled didn't doesn't hasn't isn't
        wasn't hadn't
    """),
    # Before a clause: it is a condition, a hope or a forecast.
    (Part.IF, None, """
        sees if unless whether expect expects expecting forecasts forecasting predict predicts predicting
        anticipate anticipates hopes hope bet bets betting fear fears warn warns warned suggests suggest assume
        assumes assuming imagine want wants pegs peg buy sell short pledged promised doubt doubts scenario
        probability chance odds
    """),
    (Part.OPINION, None, """
        think thinks believe believes reckon reckons feel feels argue argues
    """),
    (Part.GENERIC, None, """
        typically historically usually normally averaged averaging tends tend tended always often
    """),
    (Part.PREPOSITION, SAME_WORD, """
        to at by from of in on for above below over under beyond past through near around against vs toward
        towards until beneath across into upon via per than within between like unlike among amongst
    """),
    (Part.BEFORE, None, """
        before
    """),
    (Part.AFTER, None, """
        after following
    """),
    (Part.WITH, None, """
        with
    """),
    # What follows is about something else.
    (Part.BOUNDARY, None, """
        powered tracked due despite versus as while whereas amid amidst because led helped boosted when since
        weighed dragged hurt supported lifted driven propelled buoyed ahead thanks tracking mirroring
        outperforming underperforming reflecting owing although though pressured aided fuelled fueled bolstered
        underpinned cheered spurred during so including excluding lagging beating contributing compared pointing
        suggesting indicating
    """),
    (Part.CONJUNCTION, None, """
        and but or yet & plus
    """),
    (Part.WHICH, None, """
        where that which who whose whom
    """),
    (Part.ITS, None, """
        it they itself
    """),
    # May stand between a preposition or verb and the name.
    (Part.DETERMINER, None, """
        benchmark barometer market the a an all its their blue-chip bluechip blue chip broad broader broadest wide
        wider widest main key tech-heavy technology-heavy tech-laden technology-laden tech-dominated tech-rich
        tech-focused large-cap largecap small-cap smallcap mid-cap midcap headline leading local domestic european
        pan-european pan-regional regional german british japanese chinese indian american australian canadian
        french swiss italian spanish korean brazilian u.s. us uk london export-heavy exporter-heavy
        mainland widely-followed widely-watched closely-watched bellwether
        volatile battered resource-heavy bank-heavy premier frontline front-line flagship london's equity stock
        share this smaller larger commodity-heavy tech technology nse bse widely closely watched asian asia's
        europe's japan's germany's france's britain's india's china's australia's
    """),
    (Part.INDEX_NOUN, None, """
        index average averages composite gauge indices indexes industrials measure subindex indicator all-share
        counter
    """),
    # Behind a name it makes the name a modifier; elsewhere the text turns to something else.
    (Part.NOT_INDEX, None, """
        firms futures future e-minis e-mini emini eminis minis options option contracts contract etf etfs fund
        funds tracker trackers warrants support resistance companies company stocks shares sectors sector
        constituents constituent components component members member names earnings profit profits volume volumes
        turnover heavyweight heavyweights bluechips listings ipo data listing bears bulls bear bull markets
        exchange traders valuation valuations dividend dividends yield eps p/e returns group groups participants
        newswires newswire newspaper agency reported issues investors provider trusts cfds swaps call calls
        weights weighting rebalance reshuffle review entry performers gainers losers laggards leaders stalwarts
    """),
    (Part.EXTREME, 1, """
        top high highs peak
    """),
    (Part.EXTREME, -1, """
        low lows trough bottom nadir
    """),
    (Part.MARK, None, """
        mark hurdle level threshold milestone barrier levels landmark handle
    """),
    (Part.DAY, SAME_WORD, """
        monday tuesday wednesday thursday friday saturday sunday monday's tuesday's wednesday's thursday's
        friday's saturday's sunday's
    """),
    # Skipped wherever they stand.
    (Part.ADVERB, None, """
        back then both each also last later earlier meanwhile however now still again briefly only just even initially
        together slightly modestly sharply marginally further broadly mostly quickly already once too alone
        overnight yesterday today tonight finally provisionally meantime soon currently recently another early
        late preliminary well far jointly modest slight about nearly almost more most least roughly approximately
        less much many sharp mild small solid strong steep hefty big bigger tiny fractional barely hardly
        virtually essentially eventually ultimately subsequently some mid-morning afternoon morning midday
        lunchtime mid-afternoon percentage same two-way right straight respectable handy healthy whopping massive
        impressive comfortably narrowly dramatically mere measly meagre paltry
    """),
    (Part.RESPECTIVELY, None, """
        respectively
    """),
    (Part.POSSESSIVE, None, """
        's ’s
    """),
)  # fmt: skip

LEXICON: Final = _lexicon(_TABLE)
"""The part and value of each word, which is in lower case."""

# Verbs that move an index when it is their object, with the direction that the verb alone gives; 0 for none.
CAUSES: Final[dict[str, int]] = _signs(
    (1, """
        lift lifts lifted lifting boost boosts boosted boosting raise raised raises propel propels propelled
        propelling hoist hoisted bolster bolstered bump bumped buoy buoyed
    """),
    (-1, """
        drag drags dragged dragging knock knocks knocked knocking weigh depress depressed hurt hammer hammered
        batter battered slam slammed pressure pressured sank
    """),
    (0, """
        send sends sent sending push pushes pushed pushing take takes took taking pull pulls pulled pulling drive
        drives drove driven driving help helps helped helping leave leaves left leaving see sees saw seeing lead
        leads led leading keep keeps kept keeping bring brings brought bringing carry carries carried carrying
        nudge nudged nudges nudging haul hauled hauls hauling catapult catapulted catapulting force forced let
        allow allowed allowing enable enables enabled set sets
    """),
)  # fmt: skip

# Nouns of movement: "a drop in the index", "gains for the index".
MOVE_NOUNS: Final[dict[str, int]] = _signs(
    (1, """
        gain gains rise rises increase increases advance advances rally jump surge climb rebound leap bounce
        recovery uptick upswing spike run-up return returns improvement growth gap-up
    """),
    (-1, """
        loss losses fall falls drop drops decline declines slide dip dips plunge slump tumble retreat decrease
        decreases slip sell-off selloff plunges correction crash pullback downturn swoon rout gap-down
    """),
)  # fmt: skip

# An index may be the object of these verbs without moving: a fund tracks it, a stock beats it, an investor buys it.
TRANSITIVE: Final = words(
    """
    track tracks tracked tracking follow follows followed mirror mirrors mirrored mirroring mimic mimics mimicking beat
    beats beating replicate replicates replicating outpace outpaced outpaces outperform outperformed outperforming
    outperforms underperform underperformed underperforming lag lags lagged lagging trail trails trailed trailing
    match matches matched join joins joined joining rejoin shadow shadows benchmarked weighted underpin underpinned
    support supported supports supporting bought buy buying sold sell selling own owned hold weighing enter entered
    quit
    """
)
