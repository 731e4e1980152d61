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
    PASSING = auto()  # during the day, at one point: not where it ended
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
indicated eke eked eking chalked chalk scraped racked clung sprint sprinted march marched marches marching grind grinds ground track tracked cap capped capping
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
        "expected likely poised forecast projected due called tipped bound ready predicted anticipated seen "
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
        "across into upon via per than within between like unlike among amongst"
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
        "support resistance companies company stocks shares firms sectors sector constituents constituent components component members member names "
        "earnings profit profits volume volumes turnover heavyweight heavyweights bluechips listings ipo data listing bears bulls bear bull market "
        "markets exchange traders valuation valuations dividend dividends yield eps p/e returns points-worth group groups participants "
        "newswires newswire newspaper agency reported issues investors provider futures-led listed-companies trusts cfds swaps call calls "
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
        "asian asia's europe's japan's germany's france's britain's india's china's australia's"),
    **_entries(Part.ITS, None, "it they itself"),
    **_entries(Part.EXTREME, 1, "high highs peak top"),
    **_entries(Part.EXTREME, -1, "low lows trough bottom nadir"),
    **_entries(Part.MARK, None, "mark level threshold milestone barrier levels landmark handle hurdle"),
    **_entries(Part.RESPECTIVELY, None, "respectively"),
    **_entries(Part.WHICH, None, "which that who whose whom where"),
    **_entries(Part.IF, None,
        "if unless whether expect expects expecting forecasts forecasting predict predicts predicting anticipate anticipates sees hopes hope "
        "bet bets betting fear fears warn warns warned suggests suggest assume assumes assuming imagine want wants pegs peg buy sell short likely-to "
        "pledged promised doubt doubts scenario probability chance odds"),
    **_entries(Part.OPINION, None, "think thinks believe believes reckon reckons feel feels argue argues"),
    **_entries(Part.GENERIC, None, "typically historically usually normally averaged averaging tends tend tended always often"),
    **_entries(
        Part.ADVERB,
        None,
        "also later earlier meanwhile however now still again briefly only just even initially each together slightly modestly "
        "sharply marginally further broadly mostly quickly already once too alone overnight yesterday today tonight then finally "
        "provisionally meantime soon currently recently already another early late preliminary well far further jointly modest slight "
        "about nearly almost more most least roughly approximately less much many sharp mild small solid strong steep hefty big bigger tiny fractional barely hardly nearly virtually essentially eventually "
        "ultimately subsequently early-trade some as-of both jointly mid-morning afternoon morning midday lunchtime mid-afternoon "
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
        "force forced let allow allowed allowing enable enables enabled set sets".split(),
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

# ---- phrases

_COUNT: Final = "(?:[0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|multi|several|few|many|half)"
_LENGTH: Final = "(?:trading )?(?:day|session|week|month|quarter|year|decade)s?"
_LENGTHS: Final = "(?:trading )?(?:days|sessions|weeks|months|quarters|years|decades|hours)"
_ABOUT: Final = "(?:(?:more than|less than|at least|just over|just under|well over|close to|over|nearly|almost|about|around|roughly) )?"
_ORDINAL: Final = (
    "(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[0-9]{1,2}(?:st|nd|rd|th)|another)"
)
_DAYS: Final = "(?:monday|tuesday|wednesday|thursday|friday)"
_MONTHS: Final = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_YEAR: Final = "(?:19|20)[0-9]{2}"
_THIS: Final = "(?:this|last|the past|the last|the previous|the prior|for the|on the|in the|over the|during the)"
# A record in a period: "since 2008", "in three years"; not "in early trade".
_WITHIN: Final = (
    rf" (?:since|of the (?:year|month|week|quarter)|(?:so far )?this (?:year|month|week|quarter)|in (?:a|{_ABOUT}{_COUNT}|years|months|weeks)"
    rf"|for (?:{_ABOUT}{_COUNT}|more than|a|years|months|weeks))\b"
)
_PEAK_NOUN: Final = "(?:closing|close|finish|levels?|points?|mark|reading|territory|settlement|value|end|high|low|peak|price|intraday|daily)"
_BIGGEST_KIND: Final = (
    "(?:(?:one|two|three|four|five|single|[1-5])[ -](?:day|session|week|month)|single-session|daily|weekly|monthly|quarterly|annual"
    "|yearly|intraday|session|percentage|point|closing|percent)"
)
_RECORD_WORD: Final = "(?:all[- ]time|record|life-?(?:time)?|historic(?:al)?|unprecedented|never-before-seen)"
_GAP_LENGTH: Final = (
    rf"(?:{_COUNT}|[0-9]{{1,2}}-1/2|a)[- ](?:and-a-half-|plus-)?(?:day|session|week|month|quarter|year|decade|yr)s?"
)


class Phrase(NamedTuple):
    """A kind of phrase, strings of which at least one must occur (else the search is skipped), and its pattern."""

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


def _phrase(name: str, anchors: str, *patterns: str) -> Phrase:
    return Phrase(
        name,
        tuple(anchor.replace("_", " ") for anchor in anchors.split()),
        re.compile(r"\b(?:" + "|".join(patterns) + ")"),
    )


# Where two overlap the earlier in this list holds.
PHRASES: Final = (
    _phrase(
        "generic",
        "average typical annuali year median hypothetical",
        r"on average|(?:in|on) a typical|average annual|annuali[sz]ed|per year|each year|every year|median|for every|hypothetical",
    ),
    _phrase(
        "skip",
        "time",
        rf"(?:for|in) (?:only )?the {_ORDINAL[:-1]}|first|last) time(?: ever| in (?:its )?history| (?:in|for) {_ABOUT}(?:{_COUNT}|a) {_LENGTH}"
        rf"| since (?:(?:early |late |mid-?)?{_MONTHS}|last {_DAYS}|{_DAYS})?,?(?: ?{_YEAR})?)?",
    ),
    _phrase(
        "other",
        "high peak low trough record bottom top",
        rf"(?:from|off|below|above|under|versus) (?:(?:its|their|the|an?|last|this) )?(?:[a-z0-9'’.,-]+ ){{0,4}}?(?:highs?|peaks?|lows?|troughs?|records?|bottoms?|(?:highest|lowest) (?:point|level|close))\b"
        rf"(?: close| closing high| high)?(?: (?:of|in|on|reached|hit|set|touched|last|in|on)(?: (?:in|on))? (?:(?:early|late|mid-?) ?)?(?:last |this )?(?:{_MONTHS}|week|month"
        rf"|year|{_DAYS})\b\.?(?: [0-9]{{1,2}}\b)?(?:,? {_YEAR})?)?",
    ),
    _phrase(
        "all_time_high",
        "record time historic highest life unprecedented high peak",
        rf"{_RECORD_WORD}[- ](?:closing |close |intraday |intra-day |trading )?(?:highs?|peaks?|top|clos(?:e|es|ing)|finish|territory|levels?"
        r"|heights)(?: close| closing| mark)?\b",
        r"(?:new|fresh) (?:closing )?(?:highs?|peaks?)\b(?! (?:for|since|in|of the))",
        rf"highest(?: {_PEAK_NOUN})* (?:ever|on record|in (?:its )?history|of all time)\b",
    ),
    _phrase(
        "all_time_low",
        "low",
        rf"{_RECORD_WORD}[- ](?:closing |intraday )?(?:lows?|trough)\b|lowest(?: {_PEAK_NOUN})* (?:ever|on record|in (?:its )?history)\b",
    ),
    _phrase(
        "period_high",
        "high peak strongest best",
        rf"(?:{_GAP_LENGTH}|multi-?(?:day|week|month|year|decade)|ytd|year-to-date)[- ](?:closing |intraday )?(?:highs?|peaks?)\b",
        rf"(?:strongest|highest|best)(?: {_PEAK_NOUN})*{_WITHIN}",
    ),
    _phrase(
        "period_low",
        "low trough weakest worst",
        rf"(?:{_GAP_LENGTH}|multi-?(?:day|week|month|year|decade)|ytd|year-to-date)[- ](?:closing |intraday )?(?:lows?|troughs?)\b",
        rf"(?:weakest|lowest|worst)(?: {_PEAK_NOUN})*{_WITHIN}",
    ),
    _phrase(
        "biggest_gain",
        "biggest largest best sharpest steepest strongest greatest",
        rf"(?:biggest|largest|best|sharpest|steepest|strongest|greatest)(?: {_BIGGEST_KIND})*[ -](?:gains?|rises?|jump|rally|advance"
        rf"|increase|surge|climb|rebound|leap|spike|bounce)\b(?!s)",
        rf"best(?: {_BIGGEST_KIND})*[ -](?:days?|sessions?|weeks?|months?|quarters?|years?|start|run|streak|stretch)\b",
    ),
    _phrase(
        "biggest_loss",
        "biggest largest worst sharpest steepest heaviest deepest greatest",
        rf"(?:biggest|largest|worst|sharpest|steepest|heaviest|deepest|greatest)(?: {_BIGGEST_KIND})*[ -](?:loss(?:es)?|falls?|drops?"
        r"|declines?|slide|slump|sell-?off|plunge|retreat|tumble|dip|slip|crash|rout)\b",
        rf"worst(?: {_BIGGEST_KIND})*[ -](?:days?|sessions?|weeks?|months?|quarters?|years?|start|run|streak|stretch)\b",
    ),
    _phrase(
        "biggest",
        "biggest largest sharpest steepest heaviest",
        rf"(?:biggest|largest|sharpest|steepest|heaviest)(?: {_BIGGEST_KIND})*(?: moves?| swing| change)?{_WITHIN}",
    ),
    _phrase(
        "streak",
        "streak spell stretch losing winning straight consecutive successive in_a_row extend first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth another run_of string_of 0th 1st 2nd 3rd 4th 5th 6th 7th 8th 9th",
        rf"(?:{_COUNT}[- ](?:day|session|week|month|quarter)s?[- ]?)?(?:losing|winning)[- ](?:streak|run|spell|stretch|ways)",
        r"(?:streak|run|string) of (?:\w+ )?(?:gains|losses|advances|declines)",
        rf"{_ORDINAL}(?:[- ](?:straight|consecutive|successive|day|session|week|month|quarter|daily|weekly|monthly|quarterly|winning|losing|up|down"
        r"|positive|negative|running))*[- ](?:gains?|loss(?:es)?|rise|fall|drop|decline|advance|increase|session|day|week|month|quarter|retreat|climb)\b"
        r"(?: in a row| of (?:gains|losses|declines)| running)?",
        rf"first (?:daily |weekly |monthly )?(?:gain|loss|rise|fall|drop|decline|advance)(?: in {_ABOUT}(?:{_COUNT}|a) {_LENGTH})?",
        rf"{_COUNT} (?:straight|consecutive|successive) {_LENGTH}(?: of (?:gains|losses|declines|falls|rises))?",
        rf"(?:for |over )?(?:{_COUNT} )?{_LENGTH} in a row",
        r"extend(?:s|ed|ing)?(?: (?:early|earlier|recent|morning|initial|opening|overnight|their|its|the|this|last week's|[a-z]+day's))* "
        r"(?:gains|losses|rally|declines?|slide|advance|rise)(?! (?:to|of) [a-z ]{0,12}[0-9])",
    ),
    _phrase(
        "ahead",
        "track course pace line head bound way",
        r"on (?:track|course|pace) (?:for|to)|(?:heading|headed|headed back|in line|bound|on (?:its|their) way|en route) (?:for|to)\b(?= (?:an?|its|the|their)\b)",
    ),
    _phrase(
        "short",
        "shy short away closer close_to closing_in within far_from near approach flirt",
        r"(?:shy|short|away) (?:of|from)|closer? to(?= (?:an?|its|their|the|record|all)\b)|closing in on|within (?:striking distance|a whisker|reach|sight|touching distance)(?: of)?"
        r"|far from|near(?= (?:an?|its|their|the|record|all)\b)|near(?=-record)|nears|nearing|approach(?:es|ed|ing)?|flirt(?:s|ed|ing) with",
    ),
    _phrase(
        "rise",
        "_on _up",
        r"(?:put|puts|putting|tacked|tacks|tacking|piled|piles) on|(?:shot|picked|pushed|crept|perked) up",
    ),
    _phrase("fall", "back", r"(?:gave|gives|giving|fell|slipped|eased|slid|drifted|dropped) back"),
    _phrase(
        "turn",
        "in_line back_of wake_of face_of due_to thanks_to ahead_of along_with together_with spite_of hope worr fear concern expectation optimism sign news report speculation jitters bets prospect weak strong",
        r"in line with|on the back of|in the wake of|in the face of|due to|thanks to|ahead of|along with|together with|in spite of",
        r"on (?:\w+ ){0,2}(?:hopes?|worries|fears?|concerns?|expectations|optimism|signs|news|reports?|speculation|jitters|bets|the prospects?|weak|strong)\b",
    ),
    _phrase(
        "quarter",
        "quarter qtd june march september december -q",
        r"since the (?:start|beginning) of (?:the|this) quarter|so far this quarter|quarter[- ]to[- ]date|qtd|quarterly"
        rf"|{_THIS} quarter|(?:in|for|during|over) the (?:first|second|third|fourth|latest|june|march|september|december|current) quarter",
    ),
    _phrase(
        "ytd",
        "year ytd",
        r"(?:so far |thus far )?(?:this|in the|for the|on the|over the) (?:calendar )?year(?: so far|[- ]to[- ]date)?|year[- ]to[- ]date|ytd",
        r"since (?:the )?(?:start|beginning|turn|outset) of (?:the|this) (?:calendar )?year|since the (?:new )?year(?: began)?",
        rf"since (?:the )?(?:end of (?:last year|{_YEAR})|(?:last )?year-?end)",
    ),
    _phrase("ytd", "so date", rf"so far in {_YEAR}|in {_YEAR} so far|{_YEAR} to date"),
    _phrase(
        "month",
        "month mtd january february march april may june july august september october november december",
        rf"since the (?:start|beginning) of (?:the|this) month|so far (?:this month|in {_MONTHS})|{_THIS} month(?: so far)?|the month (?=with|up|down|gone|just)"
        rf"|month[- ]to[- ]date|mtd|monthly|(?:in|during|for|through) (?:early |late |the month of )?{_MONTHS}\b(?=,? {_YEAR}|(?! [0-9]))",
    ),
    _phrase(
        "week",
        "week wtd",
        rf"since the (?:start|beginning) of (?:the|this) week|so far this week|{_THIS} week(?: so far)?\b(?! (?:ago|earlier|low|high))"
        r"|the week (?=with|down|up|higher|lower|about|around|nearly|gone|just|[0-9])|week[- ]to[- ]date|wtd|weekly",
    ),
    _phrase(
        "year",
        "year annual months weeks",
        r"(?:from|than|versus|vs|against|compared with) (?:a|one) year (?:ago|earlier|before)|year[- ](?:on|over)[- ]year|last year|yearly|annual(?:ly)?"
        r"|(?:over|in|during|for) the (?:past|last|previous|prior) (?:year|12 months|twelve months|52 weeks)|past (?:year|12 months)|full[- ]year",
    ),
    _phrase("year", "19 20", rf"(?:in|during|over|for|through(?:out)?) (?:all of |calendar )?{_YEAR}\b"),
    _phrase(
        "other",
        "days sessions weeks months quarters years decade hours time span period stretch -day -session -week -month -year half than_a three_quarters",
        rf"(?:over|in|during|for|through|across) the (?:past|last|previous|prior|preceding) {_ABOUT}(?:(?:{_COUNT}|couple of) )?{_LENGTHS}",
        rf"(?:over|in|for|within|across) {_ABOUT}(?:just |only )?(?:{_COUNT}|a few|a couple of) (?:trading |straight |consecutive )?{_LENGTHS}",
        r"(?:over|in) (?:recent|past) (?:days|sessions|weeks|months|years)|over (?:that|the same|this) (?:time|period|span|stretch)(?: frame)?"
        rf"|(?:over|in) (?:the past |the last )?(?:a )?decade|in (?:less|more) than a {_LENGTH}",
        r"(?:two|three|four|five|six|seven|eight|nine|ten)-(?:day|session|week|month|year)(?= (?:gain|loss|rise|fall|drop|decline|rally|slide|advance|jump|surge|rout|[0-9.,]+(?: ?%|[ -](?:points?|percent|pct|per cent))))",
        rf"(?:in|for|during|over) the (?:first|second|last|final) (?:half|three quarters|nine months|six months|three months)(?: of (?:the year|last year|this year|{_YEAR}))?",
    ),
    _phrase(
        "other",
        "since",
        rf"since (?:then|(?:(?:its|their|the|an?|last|early|late|mid-?) ?)?(?!the\b|start|beginning|open)[\w'’.-]+(?: (?:{_MONTHS}|{_YEAR}|peak|low|high|trough"
        r"|election|bottom|close|record|[0-9]{1,2})\b)*)",
    ),
    _phrase(
        "session",
        "the_day session trad deals dealings close open midday lunch noon bell outset halfway finish tokyo london york kong frankfurt paris seoul mumbai sydney shanghai toronto zurich milan madrid singapore wellington taipei europe asia",
        r"(?:on|for) the day|(?:on|in|for) the session|(?:in|at) (?:the )?(?:early|late|morning|afternoon|mid-morning|midday|opening|closing|overnight|lunchtime|light"
        r"|thin|heavy|quiet|volatile|choppy|cautious|subdued|moderate|active|brisk|mid-afternoon|hectic|slow) (?:[a-z-]+ )?(?:trade|trading|deals|dealings|session|business|action|turnover|volume)"
        r"|(?:at|by|since|from|around) (?:the )?(?:(?:midday|morning|afternoon|evening|official) )?(?:close|open(?:ing)?(?: bell)?|closing bell|midday(?: break)?|lunch|lunchtime|noon|mid-?session|bell|outset|finish|halfway point|end of (?:trading|the day))"
        r"|in (?:tokyo|london|new york|hong kong|frankfurt|paris|seoul|mumbai|sydney|shanghai|toronto|zurich|milan|madrid|singapore|wellington|taipei|europe|asia)",
    ),
    _phrase(
        "flat",
        "changed unchanged flat steady moved budged stable neutral",
        r"(?:little|barely|hardly|scarcely|not much|essentially|virtually|almost|nearly|broadly|mostly|largely|roughly|practically|basically|effectively|near)"
        r" (?:changed|unchanged|flat|steady|moved|budged|stable)|(?:near|around|at) (?:the )?flat ?line|in(?:to)? neutral",
    ),
    _phrase(
        "up",
        "green black plus positive upside good better",
        r"in(?:to)? (?:the )?(?:green|black|plus|positive(?: territory| ground| zone)?)|(?:to|on) (?:the )?upside|to the (?:good|better)",
    ),
    _phrase(
        "down",
        "red minus negative downside underwater",
        r"in(?:to)? (?:the )?(?:red|minus|negative(?: territory| ground| zone)?)|(?:to|on) (?:the )?downside|underwater",
    ),
    _phrase(
        "passing",
        "during at_one intra",
        r"during (?:the|its|their) (?:day|session|trading session)|at one (?:point|stage)|intra-?day\b(?! (?:high|low|record))",
    ),
    _phrase(
        "skip",
        "preliminary as_of as_well far_behind in_all all_three for_instance for_example a.m p.m am pm gmt hrs hours est edt _et ist straight consecutive successive time _day",
        rf"the {_ORDINAL} time",
        rf"for (?:an?|the) {_ORDINAL} (?:straight |consecutive |successive )?(?:time|day|session|week|month)(?: running| in a row)?",
        r"according to preliminary (?:data|figures)",
        r"as of|as well as|not far behind|in all|all three|for (?:instance|example)",
        r"(?:at|by|as of|around) [0-9]{1,2}(?:[:.][0-9]{2})? ?[ap]\.?m\.?(?: (?:e[ds]?t|gmt|ist|bst|local time|eastern)\b)?",
        r"(?:at|by|as of|around) [0-9]{3,4} ?(?:gmt|hrs|est|edt|et|ist|hours)\b(?: \([0-9]{4} gmt\))?",
    ),
    _phrase(
        "all_time_high",
        "record",
        r"records?\b(?! (?:low|earnings|profit|sales|volume|number|pace|date|fine|inflow|outflow|drop|fall|loss|gain|one-day|daily|rise|streak|deficit"
        r"|surplus|sum|run|amount|turnover|trading|cash|high-profile|demand|order))",
    ),
)

PHRASE_PARTS: Final[dict[str, Entry]] = {
    "ahead": Entry(Part.AHEAD, True),
    "short": Entry(Part.SHORT_OF),
    **{record.value: Entry(Part.RECORD, record) for record in Record if not record.value.startswith("threshold")},
    "biggest": Entry(Part.RECORD, None),
    "streak": Entry(Part.STREAK),
    "generic": Entry(Part.GENERIC),
    **{basis.value: Entry(Part.BASIS, basis) for basis in Basis},
    "flat": Entry(Part.FLAT, 0),
    "up": Entry(Part.PARTICLE, 1),
    "down": Entry(Part.PARTICLE, -1),
    "rise": Entry(Part.MOVE, 1),
    "fall": Entry(Part.MOVE, -1),
    "passing": Entry(Part.PASSING),
    "turn": Entry(Part.BOUNDARY),
    "skip": Entry(Part.ADVERB),
}
