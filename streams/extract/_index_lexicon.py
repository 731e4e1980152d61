"""The words that market reports use of indices, as data: how they move, close, cross and set marks, and over what period.

Single words are in `LEXICON`: word to its part in a clause (`Part`) and a value, mostly the sign of the move. Phrases
(record high, so far this year, little changed) are in `PHRASES`, one pattern whose groups name the part. All lower case.
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from schemas.taxonomy import Basis, Record


class Part(Enum):
    """What a word or phrase does in a clause about an index."""

    INDEX = auto()  # the mention itself; value: ids
    FIGURE = auto()  # value: Figure
    MOVE = auto()  # rose, gain, falling; value: sign
    CLOSE = auto()  # closed, stood, trading: what follows is a level or a direction
    BE = auto()  # was, is
    CROSS = auto()  # topped, breached; value: sign
    HIT = auto()  # hit, reached, touched
    CAUSE = auto()  # sent, lifted, dragged the index; value: sign or 0
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
    STOP = auto()  # ; or a full stop inside
    DASH = auto()  # - – — : |
    ADVERB = auto()  # skipped
    DETERMINER = auto()  # the, its, benchmark, broader: before an index or a noun
    ITS = auto()  # its, it
    INDEX_NOUN = auto()  # index, average: belongs to the name before it
    NOT_INDEX = auto()  # futures, companies: makes the name before it a modifier
    EXTREME = auto()  # high, low: of the day; value: sign
    BASIS = auto()  # this week; value: Basis
    DAY = auto()  # Monday; value: the word
    RECORD = auto()  # record high; value: Record
    MARK = auto()  # mark, level, threshold, milestone behind a round number
    STREAK = auto()  # losing streak: counts no move
    RESPECTIVELY = auto()
    POSSESSIVE = auto()  # 's
    WHICH = auto()  # which, that, who
    IF = auto()  # if, unless, expects, forecast
    OPINION = auto()  # think, believe
    SHORT_OF = auto()  # shy of, close to: no record
    GENERIC = auto()  # on average, typically: no reading of any one period
    OTHER = auto()


class Entry(NamedTuple):
    """A word's part and value."""

    part: Part
    value: object = None


def _entries(part: Part, value: object, words: str) -> dict[str, Entry]:
    return dict.fromkeys(words.split(), Entry(part, value))


_UP: Final = """
rose rise rises rising risen gain gains gained gaining add adds added adding advance advances advanced advancing climb climbs climbed climbing
jump jumps jumped jumping surge surges surged surging soar soars soared soaring rally rallies rallied rallying leap leaps leapt leaped leaping
spike spikes spiked spiking rebound rebounds rebounded rebounding recover recovers recovered recovering recovery bounce bounces bounced bouncing
strengthen strengthens strengthened strengthening firm firms firmed firming increase increases increased increasing improve improves improved
improving vault vaults vaulted vaulting zoom zooms zoomed zooming skyrocket skyrockets skyrocketed rocket rockets rocketed rocketing
perk perked uptick upturn upswing appreciated appreciate edge-up win wins accelerated swell swelled shot
"""
_DOWN: Final = """
fell fall falls falling fallen drop drops dropped dropping decline declines declined declining slip slips slipped slipping slide slides slid
sliding sink sinks sank sunk sinking tumble tumbles tumbled tumbling plunge plunges plunged plunging lose loses lost losing loss losses shed
sheds shedding dip dips dipped dipping ease eases eased easing retreat retreats retreated retreating slump slumps slumped slumping plummet
plummets plummeted plummeting dive dives dived dove diving skid skids skidded skidding sag sags sagged sagging weaken weakens weakened weakening
soften softens softened tank tanks tanked tanking nosedive nosedives nosedived crash crashes crashed crashing crater craters cratered cratering
crumble crumbles crumbled decrease decreases decreased decreasing downturn selloff sell-off backslide shave shaved slashed give-back
pullback pull-back correction dwindled swoon swooned wobbled stumble stumbles stumbled stumbling buckled retraced retracement depreciated
"""
# Verbs whose direction, if any, stands in the particle behind them.
_CLOSING: Final = """
close closes closed closing end ends ended ending finish finishes finished finishing settle settles settled settling open opens opened opening stand stands
stood standing trade trades traded trading hover hovers hovered hovering quote quoted remain remains remained remaining stay stays stayed
staying start starts started starting begin begins began edge edges edged edging inch inches inched inching tick ticks ticked ticking nudge nudged
nudges nudging creep crept move moves moved moving drift drifts drifted drifting push pushes pushed pushing head heads headed went go goes going
come comes came turn turns turned turning swing swung post posts posted posting record recorded register registers registered registering log logs
logged logging book books booked notch notches notched notching mark marks marked marking suffer suffers suffered suffering make makes made making
enjoy enjoyed see sees seeing saw seen extend extends extended extending put puts putting pick picked power powers powered powering hold holds held
holding rest rested print prints printed sit sits sat sitting show shows showed showing wrap wrapped trend trended trending snap snaps snapped
snapping bring brings brought bringing take takes took taking leave leaves left leaving set sets setting deliver delivered score scored
return returned pulled pull pulls pulling change changed fared fare perform performed average-close commence commenced linger lingered tread
trod accumulate accumulated clocked clock notching-up back backed consolidate consolidated steadied lift pare-back managed manage resume resumed
adding-to bounce-back sprint sprinted march marched marches marching grind grinds ground track tracked cap capped capping
"""
_CROSSING_UP: Final = """
top tops topped topping cross crosses crossed crossing breach breaches breached breaching surpass surpasses surpassed surpassing break breaks broke broken
breaking pass passes passed passing reclaim reclaims reclaimed reclaiming regain regains regained regaining clear clears cleared clearing exceed
exceeds exceeded exceeding retake retakes retook recapture recaptured scale scales scaled scaling conquer conquers conquered smash smashes
smashed pierce pierced eclipse eclipsed eclipses hurdle hurdled overtook blast blasts blasted blasting storm storms stormed
"""

LEXICON: Final[dict[str, Entry]] = {
    **_entries(Part.CLOSE, None, _CLOSING),
    **_entries(Part.MOVE, 1, _UP),
    **_entries(Part.MOVE, -1, _DOWN),
    **_entries(Part.CROSS, 1, _CROSSING_UP),
    **_entries(
        Part.HIT,
        None,
        "hit hits hitting reach reaches reached reaching touch touches touched touching strike struck attain attained achieved achieve",
    ),
    **_entries(Part.BE, None, "was is were are be been being 's"),
    **_entries(Part.PARTICLE, 1, "up higher firmer stronger upward upwards better dearer upside north +"),
    **_entries(Part.PARTICLE, -1, "down lower weaker softer easier downward downwards worse off south cheaper"),
    **_entries(Part.FLAT, 0, "flat unchanged steady flattish flatlined stable static even-keel flat-lined unmoved"),
    **_entries(Part.AUX, None, "has have had having did does do"),
    **_entries(Part.MODAL, None, "could may might would will can must shall 'll cannot"),
    **_entries(Part.WISH, None, "should ought"),
    **_entries(
        Part.AHEAD,
        None,
        "expected likely poised forecast projected due called indicated tipped bound ready predicted anticipated seen "
        "unlikely slated implied targeting target targets targeted looks looked looking track course eyeing eyes eyed "
        "priced needs need needed aims aiming tries trying",
    ),
    **_entries(Part.NOT, None, "not never failed fails fail failing n't neither nor without no cannot struggled didn't doesn't hasn't isn't wasn't hadn't"),
    **_entries(
        Part.UNDO,
        None,
        "pare pares pared paring trim trims trimmed trimming erase erases erased erasing recoup recoups recouped recouping reverse "
        "reverses reversed reversing wipe wiped wiping give gives gave giving given surrender surrenders surrendered overcome overcame "
        "snapped snapping snaps shrugged shrugging despite halted halting ended-its offset offsetting cut cuts cutting narrow narrowed "
        "narrowing follow followed follows unwound undo undid digest digested relinquished relinquishing",
    ),
    **{word: Entry(Part.PREPOSITION, word) for word in (
        "to at by from of in on for above below over under beyond past through near around against versus vs toward towards until beneath "
        "across into upon via per than within about between nearly almost more least some roughly approximately less like unlike against "
        "among amongst compared"
    ).split()},
    **_entries(Part.BEFORE, None, "before"),
    **_entries(Part.AFTER, None, "after following"),
    **_entries(
        Part.BOUNDARY,
        None,
        "as while whereas amid amidst despite because led helped boosted when since where weighed dragged hurt supported lifted "
        "driven propelled buoyed ahead thanks tracking mirroring outperforming underperforming reflecting versus due owing "
        "although though pressured aided fuelled fueled bolstered hit-by powered underpinned cheered spurred tracked during "
        "so including excluding lagging beating contributing compared pointing suggesting indicating",
    ),
    **_entries(Part.WITH, None, "with"),
    **_entries(Part.CONJUNCTION, None, "and but or then yet & plus"),
    **_entries(Part.INDEX_NOUN, None,
        "index index's average averages composite benchmark gauge barometer indices indexes industrials measure subindex indicator "
        "all-share counter"),
    **_entries(
        Part.NOT_INDEX,
        None,
        "futures future e-minis e-mini emini eminis minis options option contracts contract etf etfs fund funds tracker trackers warrants "
        "companies company stocks shares firms sectors sector constituents constituent components component members member names "
        "earnings profit profits volume volumes turnover heavyweight heavyweights bluechips listings ipo data listing bears bulls bear bull market "
        "markets exchange trading traders valuation valuations dividend dividends yield eps p/e returns points-worth group groups participants "
        "newswires newswire newspaper agency reported issues investors provider futures-led listed-companies trusts cfds swaps put call puts calls "
        "global-ratings weights weighting rebalance reshuffle review entry member-firms performers gainers losers laggards leaders stalwarts members'",
    ),
    **_entries(Part.DETERMINER, None,
        "the a an both all its their benchmark blue-chip bluechip blue chip broad broader broadest wide wider widest main key tech-heavy "
        "technology-heavy tech-laden technology-laden tech-dominated tech-rich tech-focused large-cap largecap small-cap smallcap mid-cap midcap "
        "headline leading local domestic european pan-european pan-regional regional german british japanese chinese indian american "
        "australian canadian french swiss italian spanish korean brazilian u.s. us uk london 30-share 50-share 225-issue 30-stock 50-stock "
        "export-heavy exporter-heavy mainland widely-followed widely-watched closely-watched bellwether volatile battered resource-heavy bank-heavy "
        "internationally-focused domestically-focused globally-focused premier barometer frontline front-line flagship shenzhen-listed "
        "london's equity stock share market that this each smaller larger commodity-heavy tech technology nse bse widely closely watched "
        "followed asian asia's europe's japan's germany's france's britain's india's china's australia's"),
    **_entries(Part.ITS, None, "it they itself"),
    **_entries(Part.EXTREME, 1, "high highs peak top"),
    **_entries(Part.EXTREME, -1, "low lows trough bottom nadir"),
    **_entries(Part.MARK, None, "mark level threshold milestone barrier levels landmark handle points-mark hurdle line"),
    **_entries(Part.RESPECTIVELY, None, "respectively"),
    **_entries(Part.WHICH, None, "which that who whose whom where"),
    **_entries(Part.IF, None,
        "if unless whether expect expects expecting forecasts forecasting predict predicts predicting anticipate anticipates sees hopes hope "
        "bet bets betting fear fears warn warns warned suggests suggest assume assumes assuming imagine should would could may might will "
        "want wants until pledged promised doubt doubts unlikely target targets scenario probability chance odds"),
    **_entries(Part.OPINION, None, "think thinks believe believes reckon reckons feel feels argue argues"),
    **_entries(Part.GENERIC, None, "typically historically usually normally averaged averaging tends tend tended always often"),
    **_entries(
        Part.ADVERB,
        None,
        "also later earlier meanwhile however now still again briefly only just even initially each together slightly modestly "
        "sharply marginally further broadly mostly quickly already once too alone overnight yesterday today tonight then finally "
        "provisionally meantime soon currently recently already another early late preliminary well far further jointly modest slight "
        "sharp mild small solid strong steep hefty big bigger tiny fractional barely hardly nearly virtually essentially eventually "
        "ultimately subsequently intraday early-trade some as-of both jointly mid-morning afternoon morning midday lunchtime mid-afternoon "
        "percentage same two-way back right straight back-to-back respectable handy healthy whopping massive impressive comfortably narrowly dramatically",
    ),
    **{day: Entry(Part.DAY, day) for day in "monday tuesday wednesday thursday friday saturday sunday".split()},
    **{f"{day}'s": Entry(Part.DAY, day) for day in "monday tuesday wednesday thursday friday saturday sunday".split()},
    **_entries(Part.POSSESSIVE, None, "'s ’s"),
}  # fmt: skip

# Words that cause an index to move when the index is their object; the value is the direction they carry by themselves.
CAUSES: Final[dict[str, int]] = {
    **dict.fromkeys(
        "lift lifts lifted lifting boost boosts boosted boosting raise raised raises propel propels propelled propelling hoist hoisted "
        "bolster bolstered bump bumped buoy buoyed".split(),
        1,
    ),
    **dict.fromkeys(
        "drag drags dragged dragging knock knocks knocked knocking weigh depress depressed hurt hammer hammered batter battered slam slammed "
        "pressure pressured sank".split(),
        -1,
    ),
    **dict.fromkeys(
        "send sends sent sending push pushes pushed pushing take takes took taking pull pulls pulled pulling drive drives drove driven driving "
        "help helps helped helping leave leaves left leaving see sees saw seeing lead leads led leading keep keeps kept keeping bring brings "
        "brought bringing carry carries carried carrying nudge nudged nudges nudging haul hauled hauls hauling catapult catapulted catapulting "
        "put puts putting force forced let had allowed allowing enabled".split(),
        0,
    ),
}

# Nouns of movement before "in the index", "for the index".
MOVE_NOUNS: Final[dict[str, int]] = {
    **dict.fromkeys(
        "gain gains rise rises increase increases advance advances rally jump surge climb rebound leap bounce recovery uptick upswing spike "
        "run-up return returns improvement growth".split(),
        1,
    ),
    **dict.fromkeys(
        "loss losses fall falls drop drops decline declines slide dip dips plunge slump tumble retreat decrease decreases slip sell-off selloff "
        "plunges correction crash pullback downturn swoon rout".split(),
        -1,
    ),
}

_COUNT: Final = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|multi|several|few|many|one|a|half)"
_PERIOD: Final = r"(?:trading )?(?:day|session|week|month|quarter|year|decade|trading day)s?"
_ORDINAL: Final = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d{1,2}(?:st|nd|rd|th)|another)"
_LONG: Final = r"(?:more than |over |nearly |almost |about |around |at least |just over |just under |roughly |close to |well over )?"
_AGO: Final = rf"\s(?:since|in (?!trad|early|late|morning|afternoon|asia|europe|london|new york|tokyo|hong kong|frankfurt|paris|seoul|mumbai|sydney|thin|heavy|quiet|choppy|volatile)|for (?:{_LONG}{_COUNT}|more|months|weeks|years)|of the (?:year|month|week|quarter)|this (?:year|month|week|quarter)|so far)"
_NEW: Final = r"(?:(?:a|an|its|their|the|new|fresh|another|yet another|successive|consecutive|straight|closing|intraday|intra-day|second|third|fourth|fifth|all)\s)*"
_TOP_NOUN: Final = r"(?:close|closing(?: high| peak| level| price)?|finish|level|levels|point|mark|reading|territory|settlement|value|end|print|high|peak)"
_SPAN_WORDS: Final = (
    r"(?:(?:one|two|three|four|five|single|1|2|3)[- ](?:day|session|week|month)|single-session|daily|weekly|monthly|quarterly|annual|yearly|intraday|"
    r"session|percentage|percentage-point|point|points|one-time|back-to-back|closing|percent)"
)
_MONTHS: Final = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS: Final = "monday|tuesday|wednesday|thursday|friday"

class Phrase(NamedTuple):
    """A kind of phrase, the words of which at least one must occur (to skip the search), and its pattern."""

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


PHRASES: Final = tuple(
    Phrase(name, tuple(anchors.split()), re.compile(rf"\b(?:{pattern})"))
    for name, anchors, pattern in (

            # No record after all.
            (
"short", "shy short away close within far near approach flirt inch below off from under shadow eye",
                r"(?:(?:just |well |slightly |\w+ points? )?(?:shy|short|away) (?:of|from)|close to|closer to|closing in on|within (?:striking distance|a whisker|reach|sight|touching distance)(?: of)?"
                r"|(?:not|only|just)? ?far from|near (?=(?:a|an|its|their|the|record|all)\b)|nears|nearing|approach(?:es|ed|ing)?|flirt(?:s|ed|ing) with|inch(?:ed|es|ing)? closer to|"
                r"below (?=(?:its|their|the|a|an|last|record|all)\b)|off (?=(?:its|their|the|a|an|record|all|last|recent)\b)|from (?=(?:its|their|a|an|the|record|all-time|recent)\b)|under (?=(?:its|the) )|shadow of|eyes?(?:ing)? )",
            ),
            (
"all_time_high", "record all-time all time lifetime life-time historic highest ever unprecedented never fresh new high peak",
                rf"{_NEW}(?:(?:all[- ]time|record|lifetime|life-time|historic|historical|unprecedented|never-before-seen)[- ](?:closing |close |intraday |intra-day |trading )?(?:highs?|peaks?|top|close|closing|closes|finish|territory|levels?|heights)(?: close| closing| mark)?"
                r"|record-high|record-breaking)\b"
                rf"|highest(?: closing| close| level| finish| point| {_TOP_NOUN})? (?:ever|on record|in history|in its history|of all time)\b|best(?: close| level)? ever\b"
                rf"|(?:a|an|another|its|fresh|new|successive|consecutive|straight|second|third|fourth|fifth|sixth|seventh)\s(?:(?:new|fresh|successive|consecutive|straight|closing|third|second)\s)*record(?:-setting)?\b(?! (?:low|earnings|profit|volume|number|run|pace|date|fine|inflow|outflow|drop|fall|loss|gain|one-day|daily|rise|streak|deficit|surplus|sum))"
                r"|at (?:a )?record(?= \d| of \d)|records?(?= close| closing)"
                r"|(?:hits?|notch(?:es|ed)?|set|sets|setting|hitting|scal(?:es|ed|ing)|reach(?:es|ed)?|at|to|post(?:s|ed)|clinch(?:es|ed)|clos(?:es|ed) at) (?:records?|(?:a )?(?:new|fresh) (?:high|peak)s?)(?=\s*$|[,.;]| (?:as|on|for|after|in|amid|with|but|and|before|by|of|at|again))",
            ),
            (
"all_time_low", "low", rf"{_NEW}(?:all[- ]time|record|lifetime|life-time|historic)[- ](?:closing |intraday )?(?:lows?|trough)\b|lowest (?:ever|on record|in history)\b"),
            (
"period_high", "high peak top strongest best loftiest",
                rf"(?:{_NEW}(?:near |nearly |almost |more than |over |about |roughly |at least )?(?:a |an )?(?:(?:{_COUNT}|\d{{1,2}}\W?1/2)[- ](?:and-a-half-|plus-)?(?:day|session|week|month|quarter|year|decade|yr|wk)s?|multi-?(?:day|week|month|year|decade)|ytd|year-to-date|post-\w+)[- ]?(?:closing |intraday )?\s?(?:highs?|peaks?|top)\b)"
                rf"|(?:its |their |the )?(?:strongest|highest|best|loftiest)(?: (?:daily|weekly|monthly|intraday))?(?: {_TOP_NOUN}(?: {_TOP_NOUN})?)?{_AGO}\b"
                rf"|(?:hit|hits|set|at|to|new|fresh)?\s?(?:a )?(?:{_MONTHS}|\d{{4}}) (?:high|peak)\b(?= (?:for|in|as|on|after|of the))",
            ),
            (
"period_low", "low trough weakest worst",
                rf"(?:{_NEW}(?:near |nearly |almost |more than |over |about |roughly |at least )?(?:a |an )?(?:more than |over |nearly )?(?:(?:{_COUNT}|\d{{1,2}}\W?1/2)[- ](?:and-a-half-|plus-)?(?:day|session|week|month|quarter|year|decade|yr|wk)s?|multi-?(?:day|week|month|year|decade)|ytd|year-to-date)[- ]?(?:closing |intraday )?\s?(?:lows?|trough)\b)"
                rf"|(?:its |their |the )?(?:weakest|lowest|worst)(?: (?:daily|weekly|monthly|intraday))?(?: {_TOP_NOUN}(?: {_TOP_NOUN})?)?{_AGO}\b",
            ),
            (
"biggest_gain", "biggest largest best sharpest steepest strongest greatest",
                rf"(?:its |their |the )?(?:biggest|largest|best|sharpest|steepest|strongest|greatest)(?: ?-?{_SPAN_WORDS})*[- ](?:gains?|rise|rises|jump|rally|advance|increase|surge|climb|rebound|leap|spike|bounce)\b(?=\W?\s(?:since|in|for|of|this|ever|on|\d|with|so|year))"
                rf"|(?:its |their |the )?best(?: {_SPAN_WORDS})*[- ](?:day|session|week|month|quarter|year|start|run|performance|showing|streak|stretch|run)s?\b",
            ),
            (
"biggest_loss", "biggest largest worst sharpest steepest heaviest deepest greatest",
                rf"(?:its |their |the )?(?:biggest|largest|worst|sharpest|steepest|heaviest|deepest|greatest)(?: ?-?{_SPAN_WORDS})*[- ](?:loss|losses|fall|falls|drop|decline|slide|slump|sell-?off|plunge|retreat|tumble|dip|slip|crash|rout)\b(?=\W?\s(?:since|in|for|of|this|ever|on|\d|with|so|year)|\s*$|[,.;])"
                rf"|(?:its |their |the )?worst(?: {_SPAN_WORDS})*[- ](?:day|session|week|month|quarter|year|start|run|performance|showing|streak|stretch|run)s?\b",
            ),
            (
"biggest", "biggest largest sharpest steepest heaviest", rf"(?:its |their |the |a )?(?:biggest|largest|sharpest|steepest|heaviest)(?: ?-?{_SPAN_WORDS})*[- ](?:move|moves|swing|change)?(?:since|in (?=more|over|nearly|almost|{_COUNT}\b))"),
            # Neither period nor record.
            (
"streak", "streak run spell stretch string straight consecutive successive second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth extend day th another nd st row ways session",
                rf"(?:(?:a|an|its|their|the)\s)?(?:{_COUNT}[- ](?:day|session|week|month|quarter)s?[- ]?)?(?:losing|winning|record|long)[- ](?:streak|run|spell|ways|stretch)|(?:streak|run|string) of (?:\w+ )?(?:gains|losses|advances|declines)"
                rf"|(?:its |their |a |the )?{_ORDINAL}(?:[- ](?:straight|consecutive|successive|successively|day|session|week|month|quarter|daily|weekly|monthly|quarterly|winning|losing|up|down|positive|negative|running))*[- ]?(?:gain|gains|loss|losses|rise|fall|drop|decline|advance|increase|session|day|week|month|quarter|retreat|climb)(?: in a row| of gains| of losses| of declines| running)?"
                rf"|{_COUNT} (?:straight|consecutive|successive) {_PERIOD}(?: of (?:gains|losses|declines|falls|rises))?|{_COUNT}-{_PERIOD} (?:gains?|rally|advance|slide|decline|loss|rise|climb|retreat|streak|run|rout)(?= (?:streak|run|on)|[,.;]|\s*$| (?:and|as|after|amid|with|that|but)\b)|{_PERIOD} in a row"
                rf"|extend(?:s|ed|ing)?(?: (?:early|earlier|recent|morning|last week's|previous|monday's|tuesday's|wednesday's|thursday's|friday's|overnight|initial|their|its|the|this))* (?:gains|losses|rally|declines?|slide|winning|advance|rise)(?! (?:to|of) (?:more than |about |over |nearly |around |some )?[\d.]+ ?%)(?: (?:for|to|into|from) a? ?{_ORDINAL}[- ](?:straight |consecutive )?{_PERIOD})?",
            ),
            (
"generic", "average typical annual per every each median hypothetical back year", r"on average|in a typical|on a typical|average annual|annuali[sz]ed|per year|a year on|each year|every year|median|for every|hypothetical(?:ly)?|back-?tested"),
            # Periods, the more specific first.
            (
"quarter", "quarter qtd april-june january-march july-september october-december in q", r"since the (?:start|beginning) of the quarter|(?:this|last|for the|in the|over the|on the|the past|the last|previous) quarter|(?:in|for|during|over) the (?:first|second|third|fourth|latest|june|march|september|december|current) quarter|quarter[- ]to[- ]date|quarterly|(?:april-june|january-march|july-september|october-december)(?: quarter| period)?|in q[1-4]|qtd"),
            (
"ytd", "year ytd jan to so",
                rf"(?:thus |so )far (?:this|in the) (?:calendar )?year|(?:this|in the) year(?: so far| to date)?|year[- ]to[- ]date|\bytd\b|since (?:the )?(?:start|beginning|turn|outset) of (?:the|this) (?:calendar )?year|(?:for|on|over) the year(?: so far| to date)?|since (?:the )?(?:new year|january 1|jan\.? 1|1 january|year-?end|end of last year|last year-end)\b|so far in (?:19|20)\d\d|in (?:19|20)\d\d so far|(?:19|20)\d\d to date|this calendar year|since the year began|since the end of (?:19|20)\d\d",
            ),
            (
"month", "month mtd january february march april may june july august september october november december", rf"since the (?:start|beginning) of (?:the|this) month|so far (?:this month|in (?:{_MONTHS}))|(?:this|last|for the|on the|over the|in the|the past|previous|during the) month(?: so far)?|the month with|month[- ]to[- ]date|monthly|month-on-month|\bmtd\b|(?:in|during|for|through) (?:early |late |the month of )?(?:{_MONTHS})(?= \d{{4}}|(?! \d))"),
            (
"week", "week wtd", rf"since the (?:start|beginning) of (?:the|this) week|so far this week|(?:this|last|for the|on the|over the|in the|the past|previous|during the|a) week(?: so far)?(?! (?:ago|earlier|low|high|peak))|the week (?:with|down|up|higher|lower|about|around|nearly|\d)|week[- ]to[- ]date|weekly|week-on-week|\bwtd\b|holiday-shortened week|five-day week"),
            (
"year", "year annual months weeks 19 20",
                rf"(?:from|than|versus|vs|against|compared with) (?:a year|12 months|one year|twelve months) (?:ago|earlier|before)|year[- ](?:on|over)[- ]year|(?:over|in|during|for) the (?:past|last|previous|prior) (?:year|12 months|twelve months|52 weeks|one year)|past year|(?:in|during|over|for|through(?:out)?) (?:all of |the whole of |calendar |the year )?(?:19|20)\d\d\b|last year|annual(?:ly)?|yearly|the past 12 months|12-month (?=gain|rise|loss)|full[- ]year",
            ),
            (
"other", "since over in for during through across within from off below above beneath under versus day week session peak inception",
                rf"(?:over|in|during|for|through|across) the (?:past|last|previous|prior|preceding) {_LONG}(?:{_COUNT} |couple of |few |several |more than )*(?:trading )?(?:days|sessions|weeks|months|quarters|years|decade|decades|century|trading days|hours)|(?:over|in|for|within|across) {_LONG}(?:just |only |a span of |as many as )?(?:{_COUNT} |couple of |a few |a couple of )+(?:trading |straight |consecutive )*(?:days|sessions|weeks|months|quarters|years)|(?:over|in) (?:recent|past) (?:days|sessions|weeks|months|years|times)|over (?:that|the same|this) (?:time|period|span|stretch)(?: frame)?|since then|in (?:less|more) than a {_PERIOD}|(?:over|in) a decade"
                rf"|since (?!the (?:open|start|beginning)\b)(?:its |their |the |a |an |\w+'s |last |early |late |mid-?)?(?:[\w'’.-]+)(?: (?:{_MONTHS}|\d{{4}}|peak|low|high|trough|election|bottom|close|record|\d{{1,2}}\b))*"
                rf"|(?:from|off|below|above|beneath|under|versus) (?:its|their|the|a|an|last|this)?\s?(?:[\w'’.-]+ ){{0,4}}?(?:all-time |record |closing |intraday |closing-)*(?:highs?|peaks?|lows?|troughs?|records?|bottoms?|nadir|tops?)(?: close| closing high| high)?(?: (?:of|in|on|reached|hit|set|touched|last|touched in|set in|hit in|hit on|set on) (?:(?:early|late|mid-?)\s?)?(?:last |this )?(?:{_MONTHS}|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|week|month|year|{_DAYS})\b\.?(?: \d{{1,2}}\b)?(?:,? \d{{4}})?)?|peak[- ]to[- ]trough|three-day|two-day|four-day|five-day|two-week|three-week|two-session|three-session|since-inception",
            ),
            (
"session", "day session at by on in", r"on the day|for the day|on the session|in the session|for the session|(?:in|at) (?:the )?(?:early|late|morning|afternoon|mid-morning|midday|opening|closing|overnight|lunchtime|pre-?market|after-hours|light|thin|heavy|quiet|volatile|choppy|cautious|subdued|moderate|active|brisk|mid-afternoon) (?:trade|trading|deals|dealings|session|business|action|turnover|volume)|at (?:the )?(?:close|open|opening|opening bell|closing bell|midday|midday break|lunch|lunchtime|noon|mid-session|midsession|end of trading|bell|outset|start of trade|halfway point|finish)|by (?:the )?(?:close|midday|lunch|noon|end of the (?:day|session)|afternoon)|on (?:the )?(?:stock exchange|bourse|open|close)|in (?:tokyo|london|new york|hong kong|frankfurt|paris|seoul|mumbai|sydney|shanghai|toronto|zurich|milan|madrid|singapore|wellington|taipei|sao paulo|mexico city|europe|asia|germany|france|britain|japan|china|india|australia|south korea|italy|spain)\b"),
            (
"flat", "changed unchanged flat steady moved budged stable neutral started began", r"(?:little|barely|hardly|scarcely|essentially|virtually|almost|nearly|broadly|mostly|largely|roughly|practically|basically|effectively|near) (?:changed|unchanged|flat|steady|moved|budged|stable)|(?:was|is|were|ended|closed|finished)? ?(?:just )?(?:a touch |a shade )?(?:little|not much|hardly|barely) (?:changed|moved)|near(?:ly)? flat|(?:in|to) neutral|where it (?:started|began)|steady|around flat|near the flatline|(?:around|near|at) (?:the )?flat ?line"),
            (
"up", "green black plus positive upside", r"in(?:to)? (?:the )?(?:green|black|plus|positive territory|positive ground)|(?:to|on) (?:the )?upside|in (?:the )?positive"),
            (
"down", "red minus negative downside below underwater", r"in(?:to)? (?:the )?(?:red|minus|negative territory|negative ground)|(?:to|on) (?:the )?downside|in (?:the )?negative|below water|underwater"),
            (
"skip", "first preliminary as far at by in all of instance example least more so row", r"for (?:a|the) (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:straight |consecutive |successive )?(?:time|day|session|week|month)(?: running| in a row| straight)?|(?:for|in) the first time(?: ever| in history| since [\w' ]{1,20}?(?=[,.;]|$))?|first time ever|according to preliminary data|as of|as well as|not far behind|at \d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?(?: (?:e[ds]?t|gmt|ist|local time|eastern|bst))?|by \d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?(?: (?:e[ds]?t|gmt|ist|local time|eastern|bst))?|(?:at|by|as of|around) \d{3,4} ?(?:gmt|hrs|est|edt|et|ist|hours)(?: \(\d{4} gmt\))?|in a row|all three|of late|at one (?:point|stage)|\bin all\b|for instance|for example|at least for now|more or less|so far|in total|in particular|by comparison|by contrast"),
    )
)  # fmt: skip
PHRASE_PARTS: Final[dict[str, Entry]] = {
    "short": Entry(Part.SHORT_OF),
    **{record.value: Entry(Part.RECORD, record) for record in Record if not record.value.startswith("threshold")},
    "biggest": Entry(Part.RECORD, None),
    "streak": Entry(Part.STREAK),
    "generic": Entry(Part.GENERIC),
    **{basis.value: Entry(Part.BASIS, basis) for basis in Basis},
    "flat": Entry(Part.FLAT, 0),
    "up": Entry(Part.PARTICLE, 1),
    "down": Entry(Part.PARTICLE, -1),
    "skip": Entry(Part.ADVERB),
}
