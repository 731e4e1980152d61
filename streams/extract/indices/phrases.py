"""The phrases that market reports use of indices, as data: records, periods, streaks, hedged marks, times of day.

Each kind has anchors: its pattern is tried only where at least one of these strings occurs, so that a sentence without
them costs little. Patterns are matched against text in lower case, with plain spaces and apostrophes.
"""

import re
from typing import Final, NamedTuple

from schemas.taxonomy import Basis, Record
from streams.data.lexicon.calendar import MONTHS, SHORT_MONTHS
from streams.extract.indices.words import Part, Sense

_COUNT: Final = "(?:[0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|multi|several|few|many|half)"
_LENGTH: Final = "(?:trading )?(?:day|session|week|month|quarter|year|decade)s?"
_LENGTHS: Final = "(?:trading )?(?:days|sessions|weeks|months|quarters|years|decades|hours)"
_ABOUT: Final = (
    "(?:(?:more than|less than|at least|just over|just under|well over|close to|over|nearly|almost|about|around"
    "|roughly) )?"
)
_ORDINAL: Final = (
    "(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[0-9]{1,2}(?:st|nd|rd|th)|another)"
)
_DAYS: Final = "(?:monday|tuesday|wednesday|thursday|friday)"
_MONTHS: Final = f"(?:{'|'.join((*MONTHS, *SHORT_MONTHS))})"
_YEAR: Final = "(?:19|20)[0-9]{2}"
_WEEKDAY: Final = r"(?:(?:mon|tues|wednes|thurs|fri)day|(?:mon|tues?|wed|thur?s?|fri)\.?)"
_MONTH_DAY: Final = rf"{_MONTHS}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?\b(?![.,:]?[0-9]|%)"
_DATE: Final = (
    rf"(?:(?:{_WEEKDAY},? )?{_MONTH_DAY}(?:,? {_YEAR}\b)?"
    rf"|(?:{_WEEKDAY},? )?(?:the )?[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b\.?(?:,? {_YEAR}\b)?)"
)
_CRISES: Final = (
    "dot-?com|internet|tech|technology|global|financial|asian|debt|credit|oil|savings|subprime|great"
    "|covid(?:-19)?|pandemic"
    "|coronavirus|banking|housing|currency|euro ?zone|russian|mexican|market|stock|of|19[0-9]{2}|20[0-9]{2}"
)
_THIS: Final = "(?:this|last|the past|the last|the previous|the prior|for the|on the|in the|over the|during the)"
# A record in a period: "since 2008", "in three years"; not "in early trade".
_WITHIN: Final = (
    rf" (?:since|of the (?:year|month|week|quarter)|(?:so far )?this (?:year|month|week|quarter)|in (?:"
    rf"{_ABOUT}(?:an?|{_COUNT})|years|months|weeks)"
    rf"|for (?:{_ABOUT}{_COUNT}|more than|a|years|months|weeks))\b"
)
_PEAK_NOUN: Final = (
    "(?:closing|close|finish|levels?|points?|mark|reading|territory|settlement|value|end|high|low|peak|price|intraday"
    "|daily)"
)
_BIGGEST_KIND: Final = (
    "(?:(?:one|two|three|four|five|single|[1-5])[ -](?:day|session|week|month)|single-session|daily|weekly|monthly"
    "|quarterly|annual"
    "|yearly|intraday|session|percentage|point|closing|percent)"
)
_RECORD_WORD: Final = "(?:all[- ]time|record|life-?(?:time)?|historic(?:al)?|unprecedented|never-before-seen)"
# "The steepest drop in the region" is a record of no index.
_NOT_AMONG: Final = "(?! (?:in the region|in asia|in europe|in the world|among|of the (?:group|region|three|pack)))"
_GAP_LENGTH: Final = (
    rf"(?:{_COUNT}|[0-9]{{1,2}}-1/2|a)[- ](?:and-a-half-|plus-)?(?:day|session|week|month|quarter|year|decade|yr)s?"
)


class Phrase(NamedTuple):
    """A kind of phrase with its pattern, which is searched for only where one of the anchors occurs."""

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


def _phrase(name: str, anchors: str, *patterns: str) -> Phrase:
    return Phrase(
        name,
        tuple(anchor.replace("_", " ") for anchor in anchors.split()),
        re.compile(r"\b(?:" + "|".join(patterns) + ")"),
    )


# Where two phrases overlap, the kind that stands earlier in this list wins.
PHRASES: Final = (
    _phrase(
        "generic",
        "average typical annuali year median hypothetical",
        r"on average|(?:in|on) a typical|average annual|annuali[sz]ed|per year|each year|every year|median|for "
        r"every|hypothetical",
    ),
    _phrase(
        "skip",
        "time",
        rf"(?:for|in) (?:only )?(?:the )?(?:{_ORDINAL}|first|last) time(?: ever| in (?:its )?history| (?:in|for) "
        rf"{_ABOUT}(?:{_COUNT}|a) {_LENGTH}"
        rf"| since (?:(?:early |late |mid-?)?{_MONTHS}|last {_DAYS}|{_DAYS})?,?(?: ?{_YEAR})?)?",
    ),
    _phrase(
        "other",
        "high peak low trough record bottom top",
        rf"(?:from|off|below|above|under|versus) (?:(?:its|their|the|an?|last|this) )?(?:[a-z0-9'’.,-]+ "
        rf"){{0,4}}?(?:highs?|peaks?|lows?|troughs?|records?|bottoms?|(?:highest|lowest) (?:point|level|close))\b"
        rf"(?: close| closing high| high)?(?: (?:of|in|on|reached|hit|set|touched|last|in|on)(?: (?:in|on))? "
        rf"(?:(?:early|late|mid-?) ?)?(?:last |this )?(?:{_MONTHS}|week|month"
        rf"|year|{_DAYS})\b\.?(?: [0-9]{{1,2}}\b)?(?:,? {_YEAR})?)?",
    ),
    _phrase(
        "all_time_high",
        "record time historic highest life unprecedented high peak",
        rf"{_RECORD_WORD}[- ](?:closing |close |intraday |intra-day |trading )?(?:highs?|peaks?|top|clos(?:e|es"
        rf"|ing)|finish|territory|levels?"
        r"|heights)(?: close| closing| mark)?\b",
        r"(?:new|fresh) (?:closing )?(?:highs?|peaks?)\b(?! (?:for|since|in|of the))",
        rf"highest(?: {_PEAK_NOUN})* (?:ever|on record|in (?:its )?history|of all time)\b",
    ),
    _phrase(
        "all_time_low",
        "low",
        rf"{_RECORD_WORD}[- ](?:closing |intraday )?(?:lows?|trough)\b|lowest(?: {_PEAK_NOUN})* (?:ever|on record"
        rf"|in (?:its )?history)\b",
    ),
    _phrase(
        "period_high",
        "high peak strongest best",
        rf"(?:{_GAP_LENGTH}|multi-?(?:day|week|month|year|decade)|ytd|year-to-date)[- ](?:closing |intraday "
        rf")?(?:highs?|peaks?)\b",
        rf"(?<!-)(?:strongest|highest|best)(?: {_PEAK_NOUN})*{_WITHIN}",
    ),
    _phrase(
        "period_low",
        "low trough weakest worst",
        rf"(?:{_GAP_LENGTH}|multi-?(?:day|week|month|year|decade)|ytd|year-to-date)[- ](?:closing |intraday "
        rf")?(?:lows?|troughs?)\b",
        rf"(?<!-)(?:weakest|lowest|worst)(?: {_PEAK_NOUN})*{_WITHIN}",
    ),
    _phrase(
        "biggest_gain",
        "biggest largest best sharpest steepest strongest greatest record",
        r"(?<!of the )(?<!among the )(?:biggest|largest|best|sharpest|steepest|strongest|greatest|record)"
        rf"(?: {_BIGGEST_KIND})*[ -](?:gains?|rises?"
        rf"|jump|rally|advance"
        rf"|increase|surge|climb|rebound|leap|spike|bounce)\b(?!s){_NOT_AMONG}",
        rf"(?:best|strongest)(?: {_BIGGEST_KIND})*[ -](?:days?|sessions?|weeks?|months?|quarters?|years?|start"
        rf"|run|streak"
        rf"|stretch)\b",
    ),
    _phrase(
        "biggest_loss",
        "biggest largest worst weakest sharpest steepest heaviest deepest greatest record",
        rf"(?<!of the )(?<!among the )(?:biggest|largest|worst|sharpest|steepest|heaviest|deepest|greatest|record)(?: "
        rf"{_BIGGEST_KIND})*[ -](?:loss(?:es)?|falls?|drops?"
        rf"|declines?|slide|slump|sell-?off|plunge|retreat|tumble|dip|slip|crash|rout)\b{_NOT_AMONG}",
        rf"(?:worst|weakest)(?: {_BIGGEST_KIND})*[ -](?:days?|sessions?|weeks?|months?|quarters?|years?|start|run"
        rf"|streak"
        rf"|stretch)\b",
    ),
    _phrase(
        "biggest",
        "biggest largest sharpest steepest heaviest most",
        rf"(?:the )?most (?:since\b|in {_ABOUT}(?:{_COUNT}|a) {_LENGTH})",
        rf"(?:biggest|largest|sharpest|steepest|heaviest)(?: {_BIGGEST_KIND})*(?: moves?| swing| change)?{_WITHIN}",
    ),
    _phrase(
        "streak",
        "streak spell stretch losing winning straight consecutive successive in_a_row extend first second third "
        "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth another run_of string_of 0th 1st 2nd 3rd "
        "4th 5th 6th 7th 8th 9th",
        rf"(?:{_COUNT}[- ](?:day|session|week|month|quarter)s?[- ]?)?(?:losing|winning)[- ](?:streak|run|spell"
        rf"|stretch|ways)",
        r"(?:streak|run|string) of (?:\w+ )?(?:gains|losses|advances|declines)",
        rf"{_ORDINAL}(?:[- ](?:straight|consecutive|successive|day|session|week|month|quarter|daily|weekly|monthly"
        rf"|quarterly|winning|losing|up|down"
        r"|positive|negative|running))*[- ](?:gains?|loss(?:es)?|rise|fall|drop|decline|advance|increase|session"
        r"|day|week|month|quarter|retreat|climb)\b"
        r"(?: in a row| of (?:gains|losses|declines)| running)?",
        rf"first (?:daily |weekly |monthly )?(?:gain|loss|rise|fall|drop|decline|advance)(?: in {_ABOUT}(?:{_COUNT}"
        rf"|a) {_LENGTH}| since (?:(?:early |late |mid-|last )?{_MONTHS}(?: {_YEAR})?|{_YEAR}|{_DAYS}))?",
        rf"{_COUNT} (?:straight|consecutive|successive) {_LENGTH}(?: of (?:gains|losses|declines|falls|rises))?",
        rf"(?:for |over )?(?:{_COUNT} )?{_LENGTH} in a row",
        r"extend(?:s|ed|ing)?(?: (?:early|earlier|recent|morning|initial|opening|overnight|their|its|the|this|last "
        r"week's|[a-z]+day's))* "
        r"(?:gains|losses|rally|declines?|slide|advance|rise)(?! (?:to|of|by) [a-z ]{0,12}[0-9])",
    ),
    _phrase(
        "ahead",
        "track course pace line head bound way",
        r"on (?:track|course|pace) (?:for|to)|(?:heading|headed|headed back|in line|bound|on (?:its|their) way|en "
        r"route) (?:for|to)\b(?= (?:an?|its|the|their)\b)",
    ),
    _phrase(
        "short",
        "shy short away closer close_to closing_in within far_from near approach flirt",
        r"(?:shy|short|away) (?:of|from)|closer? to(?= (?:an?|its|their|the|record|all)\b)|closing in on|within "
        r"(?:striking distance|a whisker|reach|sight|touching distance)(?: of)?"
        r"|far from|near(?= (?:an?|its|their|the|record|all)\b)|near(?=-record)|nears|nearing|approach(?:es|ed"
        r"|ing)?|flirt(?:s|ed|ing) with",
    ),
    _phrase(
        "rise",
        "_on _up",
        r"(?:put|puts|putting|tacked|tacks|tacking|piled|piles) on|(?:shot|picked|pushed|crept|perked) up",
    ),
    _phrase("rise", "manage", r"manag(?:ed|es|ing)(?= (?:only |just )?(?:an? )?(?:[a-z]+ )?[0-9.]+ ?(?:%|pct|per))"),
    _phrase("rise", "plus", r"(?:plus|pluses) of(?= [0-9])"),
    _phrase(
        "fall",
        "south",
        r"(?:head(?:s|ed|ing)?|went|go(?:es|ing)?|moved?|turn(?:s|ed)?) south\b(?! (?:korea|africa|america|asia))",
    ),
    _phrase(
        "skip",
        "correction bear_m bear_t bull_m bull_t",
        r"(?:(?:fell|falls?|falling|slid|slides?|slips?|slipped|sinks?|sank|sunk|sinking|dropp?(?:ed|s|ing)?"
        r"|plunge[ds]?|plunging"
        r"|tumble[ds]?|dipp?(?:ed|s)?|pushe[ds]|enter(?:ed|s|ing)?|re-?enter(?:ed|s)?|crosse[ds]|headed|moved"
        r"|back|now|deep(?:er)?) )*"
        r"(?:in(?:to)?|near(?:s|ing)?) (?:an? )?(?:technical |official )?(?:correction|bear[- ]market|bear"
        r"|bull[- ]market|bull)(?: territory)?\b",
        r"(?:enter(?:ed|s|ing)?|re-?enter(?:ed|s)?) (?:an? )?(?:technical )?(?:correction|(?:bear|bull)[- ]market"
        r"|bear|bull)(?: territory)?\b",
    ),
    _phrase("skip", "session", r"an? (?:[a-z-]+,? ){0,4}(?:trading )?session(?= (?:up|down|higher|lower|[0-9]))"),
    _phrase("skip", "fear_", r"(?:so-called )?fear (?:gauge|index|barometer)"),
    # "beating the record set in October"; what beats anything else ("beating forecasts") crosses nothing.
    _phrase(
        "cross",
        "beat",
        r"beat(?:s|en|ing)?(?= (?:(?:its|their|the|an?|last|previous|prior|old|earlier|closing|intraday|[a-z]+'s"
        rf"|{_MONTHS}) )*(?:all[- ]time|record|lifetime|historic|peak)\b)",
    ),
    _phrase("fall", "minus", r"minus(?:es)? of(?= [0-9])"),
    _phrase("skip", "held_up hold holding_up", r"(?:held|holds?|holding) up(?: (?:better|best|well))?(?! [0-9])"),
    _phrase(
        "skip",
        "from_",
        rf"from (?:{_DAYS}|the (?:previous|prior) (?:day|session)|a day (?:earlier|before))\b(?!'s| of)",
        rf"from (?:{_DAYS}|the (?:previous|prior) (?:day|session))'s (?:close|finish)\b(?! (?:of|at) [0-9])",
    ),
    _phrase("fall", "back", r"(?:gave|gives|giving|fell|slipped|eased|slid|drifted|dropped) back"),
    _phrase(
        "turn",
        "in_line back_of wake_of face_of due_to thanks_to ahead_of along_with together_with spite_of hope worr fear "
        "concern expectation optimism sign news report speculation jitters bets prospect weak strong",
        r"in line with|on the back of|in the wake of|in the face of|due to|thanks to|ahead of|along with|together "
        r"with|in spite of",
        r"on (?:\w+ ){0,2}(?:hopes?|worries|fears?|concerns?|expectations|optimism|signs|news|reports?|speculation"
        r"|jitters|bets|the prospects?|weak|strong)\b",
    ),
    _phrase(
        "quarter",
        "quarter qtd june march september december -q",
        r"since the (?:start|beginning) of (?:the|this) quarter|so far this quarter|quarter[- ]to[- ]date|qtd"
        r"|quarterly"
        rf"|{_THIS} quarter|(?:in|for|during|over) the (?:first|second|third|fourth|latest|june|march|september"
        rf"|december|current) quarter",
    ),
    _phrase(
        "ytd",
        "year ytd",
        r"(?:so far |thus far )?(?:this|in the|for the|on the|over the) (?:calendar )?year(?: so far"
        r"|[- ]to[- ]date)?|year[- ]to[- ]date|ytd",
        r"since (?:the )?(?:start|beginning|turn|outset) of (?:the|this) (?:calendar )?year|since the (?:new "
        r")?year(?: began)?",
        rf"since (?:the )?(?:end of (?:last year|{_YEAR})|(?:last )?year-?end)",
    ),
    _phrase("ytd", "so date", rf"so far in {_YEAR}|in {_YEAR} so far|{_YEAR} to date"),
    _phrase(
        "other",
        "from_ between over in_the",
        rf"(?:from|between|over|in the (?:two|three|four|five) (?:days|sessions)) "
        rf"(?:{_DATE}|{_DAYS}) ?(?:to|and|through|until|-|–) ?(?:{_DATE}|{_DAYS}|[0-9]{{1,2}}\b)(?:,? {_YEAR}\b)?",
    ),
    _phrase(
        "date",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"(?<!since )(?:on |by )?{_DATE}(?! (?:high|low|peak|close|trough|record)s?\b)",
        rf"(?<!since )(?:in |by |during |at the end of |by the end of )?(?:early |late "
        rf"|mid-?)?(?<!since ){_MONTHS}\.?,? (?:of )?{_YEAR}\b"
        r"(?! (?:high|low|peak|close|trough|record)s?\b)",
    ),
    _phrase("date", "by_19 by_20", rf"by (?:early |late |mid-?)?{_YEAR}\b"),
    _phrase(
        "past",
        "ago earlier before previously prior",
        rf"(?<!from )(?<!than )(?<!against )(?<!versus )(?<!with )(?<!since )(?:an?|{_COUNT}|[a-z]+teen"
        r"|(?:twenty|thirty|forty|fifty|sixty)(?:-[a-z]+)?"
        rf"|[0-9]{{1,3}}) "
        r"(?:years?|decades?|months?|weeks?) (?:ago|earlier|before|previously|prior)\b(?! (?:highs?|lows?|peaks?"
        r"|closes?|levels?)\b)",
    ),
    _phrase(
        "past",
        "crisis crash bust bubble meltdown depression",
        rf"(?:during|in|at the height of|at the depths? of) the (?:(?:{_CRISES}) )+(?:crisis|crash|bust|bubble"
        rf"|meltdown|depression)\b"
        rf"(?: of {_YEAR})?",
        rf"(?:during|in) the (?:crisis|crash|bust|bubble|meltdown|depression) (?:of|in) {_YEAR}\b",
    ),
    _phrase(
        "past",
        "time_last time_a same_point same_day same_stage same_period",
        r"(?:at |by )?(?:this|the same) (?:time|point|day|stage|period) (?:last (?:year|month|week)|an? (?:year|month"
        r"|week|decade) (?:ago|earlier|before))\b",
    ),
    _phrase("past", "black_", r"(?:on )?black (?:monday|tuesday|wednesday|thursday|friday)\b"),
    _phrase(
        "past",
        "0s",
        r"(?:in|during) the (?:early |late |mid-?)?(?:(?:19|20)[0-9]0s|(?:twen|thir|for|fif|six|seven|eigh"
        r"|nine)ties)\b",
    ),
    _phrase(
        "month",
        f"month mtd {' '.join(MONTHS)}",
        rf"since the (?:start|beginning) of (?:the|this) month|so far (?:this month|in {_MONTHS})|{_THIS} month(?: "
        rf"so far)?|the month (?=with|up|down|gone|just)"
        rf"|(?:(?<=ended )|(?<=ends )|(?<=closed )|(?<=finished )){_MONTHS}(?= (?:up|down|with|higher|lower|flat)\b)"
        rf"|month[- ]to[- ]date|mtd|monthly|(?:in|during|for|through) (?:early |late |the month of "
        rf")?{_MONTHS}\b(?!\.?,? (?:of )?[0-9])",
    ),
    _phrase(
        "week",
        "week wtd",
        r"(?:an?|the) (?:[a-z-]+,? ){0,3}week(?= (?:up|down|higher|lower|[0-9]))",
        rf"since the (?:start|beginning) of (?:the|this) week|so far this week|{_THIS} week(?: so far)?\b(?!['’]s"
        rf"| (?:ago"
        rf"|earlier|low|high))"
        r"|the week (?=with|down|up|higher|lower|about|around|nearly|gone|just|[0-9])|week[- ]to[- ]date|wtd|weekly",
    ),
    _phrase(
        "year",
        "year annual months weeks",
        r"(?:from|than|versus|vs|against|compared with) (?:a|one) year (?:ago|earlier|before)|year[- ](?:on"
        r"|over)[- ]year|last year|yearly|annual(?:ly)?"
        r"|(?:over|in|during|for) the (?:past|last|previous|prior) (?:year|12 months|twelve months|52 weeks)|past "
        r"(?:year|12 months)|full[- ]year",
    ),
    _phrase("year", "19 20", rf"(?:in|during|over|for|through(?:out)?) (?:all of |calendar )?{_YEAR}\b"),
    _phrase(
        "other",
        "days sessions weeks months quarters years decade hours time span period stretch -day -session -week -month "
        "-year half than_a three_quarters",
        rf"(?:over|in|during|for|through|across) the (?:past|last|previous|prior|preceding) {_ABOUT}(?:(?:{_COUNT}"
        rf"|couple of) )?{_LENGTHS}",
        rf"(?:over|in|for|within|across) {_ABOUT}(?:just |only )?(?:{_COUNT}|a few|a couple of) (?:trading "
        rf"|straight |consecutive )?{_LENGTHS}",
        r"(?:over|in) (?:recent|past) (?:days|sessions|weeks|months|years)|over (?:that|the same|this) (?:time"
        r"|period|span|stretch)(?: frame)?"
        rf"|(?:over|in) (?:the past |the last )?(?:a )?decade|in (?:less|more) than a {_LENGTH}",
        r"(?:two|three|four|five|six|seven|eight|nine|ten)-(?:day|session|week|month|year)(?= (?:gain|loss|rise"
        r"|fall|drop|decline|rally|slide|advance|jump|surge|rout|[0-9.,]+(?: ?%|[ -](?:points?|percent|pct|per "
        r"cent))))",
        rf"(?:in|for|during|over) the (?:first|second|last|final) (?:half|three quarters|nine months|six months"
        rf"|three months)(?: of (?:the year|last year|this year|{_YEAR}))?",
    ),
    _phrase(
        "other",
        "since",
        rf"since (?:then|(?:(?:its|their|the|an?|last|early|late|mid-?) ?)?(?!the\b|start|beginning"
        rf"|open)[\w'’.-]+(?: (?:{_MONTHS}|{_YEAR}|peak|low|high|trough"
        r"|election|bottom|close|record|[0-9]{1,2})\b)*)",
    ),
    _phrase(
        "passing",
        "during at_one intra temporar earlier_in earlier_on",
        r"during (?:the|its|their) (?:day|session|trading session)|at one (?:point|stage)|temporarily"
        r"|earlier (?:in|on) (?:the|its) (?:day|session|trading session)"
        r"|intra-?day\b(?! (?:high|low|record))",
    ),
    _phrase(
        "session",
        "the_day session trad deals dealings close open midday lunch noon bell outset halfway finish tokyo london "
        "york kong frankfurt paris seoul mumbai sydney shanghai toronto zurich milan madrid singapore wellington "
        "taipei europe asia",
        r"(?:on|for) the day|(?:on|in|for) the session|(?:in|at) (?:the )?(?:early|late|morning|afternoon"
        r"|mid-morning|midday|opening|closing|overnight|lunchtime|light"
        r"|thin|heavy|quiet|volatile|choppy|cautious|subdued|moderate|active|brisk|mid-afternoon|hectic|slow) "
        r"(?:[a-z-]+ )?(?:trade|trading|deals|dealings|session|business|action|turnover|volume)"
        r"|(?:at|by|since|from|around) (?:the )?(?:(?:midday|morning|afternoon|evening|official) )?(?:close"
        r"|open(?:ing)?(?: bell)?|closing bell|midday(?: break)?|lunch|lunchtime|noon|mid-?session|bell|outset"
        r"|finish|halfway point|end of (?:trading|the day))"
        r"|in (?:tokyo|london|new york|hong kong|frankfurt|paris|seoul|mumbai|sydney|shanghai|toronto|zurich|milan"
        r"|madrid|singapore|wellington|taipei|europe|asia)",
    ),
    _phrase(
        "flat",
        "changed unchanged flat steady moved budged stable neutral",
        r"(?:little|barely|hardly|scarcely|not much|essentially|virtually|almost|nearly|broadly|mostly|largely"
        r"|roughly|practically|basically|effectively|near)"
        r" (?:changed|unchanged|flat|steady|moved|budged|stable)|(?:near|around|at) (?:the )?flat ?line|in(?:to)? "
        r"neutral",
    ),
    _phrase(
        "up",
        "green black plus positive upside good better",
        r"in(?:to)? (?:the )?(?:green|black|plus|positive(?: territory| ground| zone)?)|(?:to|on) (?:the )?upside"
        r"|to the (?:good|better)",
    ),
    _phrase(
        "down",
        "red minus negative downside underwater",
        r"in(?:to)? (?:the )?(?:red|minus|negative(?: territory| ground| zone)?)|(?:to|on) (?:the )?downside"
        r"|underwater",
    ),
    _phrase(
        "skip",
        "preliminary as_of as_well far_behind in_all all_three for_instance for_example a.m p.m am pm gmt hrs hours "
        "est edt _et ist straight consecutive successive time _day",
        rf"the {_ORDINAL} time",
        rf"for (?:an?|the) {_ORDINAL} (?:straight |consecutive |successive )?(?:time|day|session|week|month)(?: "
        rf"running| in a row)?",
        r"according to preliminary (?:data|figures)",
        r"as of|as well as|not far behind|in all|all three|for (?:instance|example)",
        r"(?:at|by|as of|around) [0-9]{1,2}(?:[:.][0-9]{2})? ?[ap]\.?m\.?(?: (?:e[ds]?t|gmt|ist|bst|local time"
        r"|eastern)\b)?",
        r"(?:at|by|as of|around) [0-9]{3,4} ?(?:gmt|hrs|est|edt|et|ist|hours)\b(?: \([0-9]{4} gmt\))?",
    ),
    _phrase(
        "all_time_high",
        "record",
        r"records?\b(?! (?:low|earnings|profit|sales|volume|number|pace|date|fine|inflow|outflow|drop|fall|loss"
        r"|gain|one-day|daily|rise|streak|deficit"
        r"|surplus|sum|run|amount|turnover|trading|cash|high-profile|demand|order))",
    ),
)

PHRASE_PARTS: Final[dict[str, Sense]] = {
    "ahead": Sense(Part.AHEAD, True),
    "short": Sense(Part.SHORT_OF),
    **{record.value: Sense(Part.RECORD, record) for record in Record if not record.value.startswith("threshold")},
    "biggest": Sense(Part.RECORD, None),
    "streak": Sense(Part.STREAK),
    "generic": Sense(Part.GENERIC),
    **{basis.value: Sense(Part.BASIS, basis) for basis in Basis},
    "flat": Sense(Part.FLAT, 0),
    "date": Sense(Part.DATE),
    "past": Sense(Part.PAST),
    "up": Sense(Part.PARTICLE, 1),
    "down": Sense(Part.PARTICLE, -1),
    "rise": Sense(Part.MOVE, 1),
    "fall": Sense(Part.MOVE, -1),
    "cross": Sense(Part.CROSS, 1),
    "passing": Sense(Part.PASSING),
    "turn": Sense(Part.BOUNDARY),
    "skip": Sense(Part.ADVERB),
}
