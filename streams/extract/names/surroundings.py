"""What the words around a name say that it is: a firm, an exchange as a place, a medium, a rater, an index.

Each pattern is tried at one place or searched for in a short window beside the name, never through the whole text.
"""

import re
from typing import Final

from streams.data.lexicon.calendar import DAYS, MONTHS
from streams.extract.names.index_surroundings import IndexSurroundings
from streams.extract.names.reading_text import LENT, ReadingText, Style
from streams.extract.names.reasons import Because
from streams.extract.text.words import MOVES, NO_NOUNS, OPENERS, is_role, word_set

_MOVE: Final = "|".join(sorted(MOVES))

# Legal forms behind a name, as written; up to three ("Holdings Co Ltd").
LEGAL_BEHIND: Final = re.compile(
    r"(?:,?\s(?:Inc|INC|Incorporated|Corp|CORP|Corporation|CORPORATION|Co|CO|Company|Cos|Ltd|LTD|Ltda|Limited"
    r"|LIMITED|Plc|PLC|plc|LLC|LLP|LP|L\.P"
    r"|AG|SE|SA|S\.A|NV|N\.V|BV|B\.V|AB|ASA|AS|A/S|Oyj|OYJ|SpA|SPA|S\.p\.A|GmbH|KGaA|KK|K\.K|Bhd|BHD|Berhad|Tbk"
    r"|Pte|PTE|Pty|PTY"
    r"|Group|GROUP|Holdings?|HOLDINGS?|Bancorp|BANCORP|(?:&|and)\s(?:Co|plc|PLC)|&\sCompany)(?![\w&])\.?){1,3}"
)

_FIRM_NOUN: Final = (
    r"shares?|stocks?|scrip|adrs?|ceo|cfo|coo|cto|md|managing\sdirector|chief|chairman|chairwoman|chair|founder"
    r"|co-founder|president|executives?|boss|board|promoters?|shareholders?"
    r"|investors?|bondholders|analysts?|economists?|strategists?|spokes\w{2,8}|earnings|profits?|revenues?|sales"
    r"|results|numbers|quarterly|q[1-4]|h[12]|first-quarter|second-quarter"
    r"|third-quarter|fourth-quarter|net\sprofit|net\sloss|net\sincome|net\s(?:up|down|rises|falls|dips|jumps)|pat"
    r"|ebitda|ipo|fpo|qip|subsidiary|unit|employees|workers|dealers|management|bonds|deal|bid|stake|merger"
    r"|takeover"
)
# Firms do these things, and people hardly ever do in the news.
_FIRM_ACT: Final = (
    r"\w+\sits\s(?:\w+\s){0,2}?(?:dividend|outlook|forecasts?|guidance|payout|stake|workforce|targets?|headcount"
    r"|buyback|offer|bid|plants?|factory|jobs|estimates?|capex|debt)"
    r"|(?:(?:cut|lift|boost|trim|slash|lower|hike|back|restor|reinstat|suspend|scrap|declar|reaffirm|maintain)(?:e?s"
    r"|t?ed|med|ped|hed)?|raise[sd]?|withdr(?:aws|ew))"
    r"\s(?:[\w-]+\s){0,4}?(?:dividend|outlook|guidance|forecasts?|payout|buyback|view)"
    r"|was\s(?:the|among\sthe|one\sof\sthe)\s(?:\w+\s){0,3}(?:fallers?|gainers?|risers?|losers?|performers?|decliners?)"
    r"|(?:is\s|was\s|gets\s)?(?:up|down)graded|(?:initiated|reiterated)\s(?:at|with|buy|sell|hold|neutral|overweight|outperform)"
    r"|(?:cut|raised|upped)\sto\s(?:buy|sell|hold|neutral|overweight|underweight|outperform|underperform)"
    r"|reported|reports\s|posted|posts|unveiled|unveils|launched|launches|acquired|acquires|filed|files|recalls"
    r"|recalled|employs|operates|shipped|swung|booked|cut\sits|cuts\sits|raised\sits|raises\sits"
    r"|to\s(?:acquire|issue|launch|list|merge|spin|delist|demerge|hive|manufacture|infuse|raise|buy|sell|build"
    r"|lay|cut|hire|set\sup|supply|invest|pay|report|recall|enter|exit|expand|team|split|announce|post)\b"
)
_FIRM_VERB: Final = (
    r"said|says|announced|announces|plans|planned|agreed|agrees|named|names|buys|bought|sold|sells|declined\sto"
    r"|expects|expected\sto|forecasts|warned|warns|sues|sued|cuts\s|raises\s|owns|makes|offers|signed|signs|hired"
    r"|hires|appoints|appointed|confirmed|denied|responded|told|beats?|miss(?:es|ed)|decides|decided|looks\sto|is\sto"
    r"|plans\sto|sees|seeks|gets|wins|won|bags|bagged|inks|eyes|mulls|ties\sup|drops|scraps|defers|locked"
    r"|declared|declares"
    # These need an object, as in "authorized a $90bn buyback"; "Target approved drugs" has none.
    r"|(?:(?:authori[sz]e|approve|double|settle|acquire|replace|secure|introduce|pause|resume|complete|promote"
    r"|hike|invite)[sd]"
    r"|(?:halt|expand|order|invest|delay|suspend|boost|lift|oust|return|earn|attract|pledge)(?:s|ed)"
    r"|(?:tap|trim|scrap|drop)(?:s|ped|med)|(?:slash|ditch|poach|clinch|finish)(?:es|ed)|overtakes|overtook|won"
    r"|built|spent"
    r"|paid|took)\s(?:an?|the|its|up\sto|about|some|more|nearly|almost|around|over|another|new|plans?|talks|production"
    r"|work|output|deliveries|construction|(?:us\$|rs\.?\s?|[$€£¥₹])?\d[\w,.]*)"
    r"|to\s(?:open|close|offer|form|join|seek|start|stop|consider|increase|reduce|take|move|file|appoint|develop"
    r"|make|shut|continue|get|focus|post|see|be|introduce|unveil|add|bring|give|keep)\b"
)
_AFTER_FIRM: Final = re.compile(
    rf"(?P<own>'s?)?\s(?:(?P<noun>{_FIRM_NOUN})|(?P<act>{_FIRM_ACT})|(?P<verb>{_FIRM_VERB})|(?P<move>{_MOVE}))(?!\w)"
)
_AFTER_OWN: Final = re.compile(r"'s?\s\w")
# What a firm has, and nothing else that is named by an ordinary word: "Target's PT".
_OF_ITS_OWN: Final = re.compile(
    r"'s?\s(?:pt|eps|guidance|dividend|buyback|outlook|(?:[\w-]+\s)?forecast|price\starget|target\sprice)(?!\w)"
)
_AFTER_LINK: Final = re.compile(
    r"(?:\s(?:is|was|has|had|will|would|could|may|might|which|who|and|also|still|now|already|recently|last|this"
    r"|on\s(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?!\w)"
    r"|,\s(?:the|which|a|an)\s|\s?[(<])"
)

_OF_FIRM: Final = word_set(
    """
    shares share stock stake shareholders investors owner owners unit subsidiary division parent parents maker
    makers operator ceo cfo chairman chairwoman chair president founder co-founder head boss executive acquisition
    takeover purchase sale results earnings profits profit customers supplier suppliers director spokesman
    spokeswoman spokesperson analyst analysts economist economists strategist strategists bonds rating ratings
    outlook price target likes names dealer broker
    """
)
_LINKS: Final = word_set("of in at for from by with on")
APPOSITIONS: Final = word_set(
    """
    maker carmaker automaker drugmaker chipmaker planemaker jetmaker lender retailer insurer miner oilmaker
    airline brokerage broker bank startup start-up firm company producer manufacturer developer provider operator
    giant major heavyweight conglomerate bellwether steelmaker brewer distiller grocer supermarket refiner lessor
    rival peer parent subsidiary unit affiliate supplier builder homebuilder publisher broadcaster utility group
    telco bookmaker sportswear fashion luxury explorer industrialist multinational behemoth titan stalwart
    wholesaler e-tailer shipbuilder tyremaker drugmakers automakers carmakers chipmakers lenders miners retailers
    insurers airlines giants heavyweights majors rivals peers banks brokerages firms companies startups exporters
    """
)
_LISTED_BEFORE: Final = word_set(
    """
    including like versus vs acquire acquires buy buys bought sell sells sold sue sues sued join joins joined told
    against named called behind at placed upgraded downgraded fined cleared blocked backed accused
    """
)


_AFTER_NAME: Final = word_set(
    """
    ceo cfo coo chief chairman president shares stock q1 q2 q3 q4 inc's executive spokesman spokeswoman analyst
    analysts
    """
) | ({*DAYS, *MONTHS} - {"may"})
# "Dow, the Midland-based chemicals group, ..." and "Target, which reports on Friday, ..." stand for a firm.
_APPOSED: Final = re.compile(
    r",\s(?:(?:the|a|an)\s(?:[\w&.'-]{1,20},?\s){0,6}?(?:(?:\w+-?)?maker|retailer|lender|insurer|miner|airline"
    r"|bank|firm"
    r"|company|group|producer|manufacturer|developer|provider|operator|giant|conglomerate|brewer|grocer|chain|broker"
    r"|brokerage|supplier|utility|publisher|broadcaster)(?=,|\s(?:that|which|whose|behind|owned|based|listed)\s)"
    r"|which\s(?:will\s|also\s|has\s|is\sto\s|had\s)?(?:reports?|reported|posts?|posted|makes?|made|sells?|sold|owns?"
    r"|owned|runs?|operates?|employs?|said|says|posted|supplies|supplied|acquired|bought|raised|cut)(?!\w))"
)
# "to buy Confluent for $11 billion" is a deal, so its object is a firm.
_DEALS: Final = word_set("buy buys buying bought acquire acquires acquiring acquired")
_PRICED: Final = re.compile(
    r"\s(?:for|in)\s(?:(?:about|around|up\sto|nearly|roughly|a|an|over)\s)?(?:us)?(?:[$€£¥₹]|rs\.?\s?\d|\d|cash"
    r"|all-stock"
    r"|all-cash|stock)"
)

BEFORE_NAME: Final = word_set(
    """
    president prime minister secretary chairman chair governor ceo mr mrs ms rival analyst senator chancellor
    premier us u.s former tech miner lender retailer carmaker like at from by for with than
    """
)
# This stands between the members of a list of firms and has at most WIDEST_GAP characters.
LIST_GAP: Final = re.compile(r",?\s(?:and|or|&)\s|,\s|/")
WIDEST_GAP: Final = 6
NEXT_CAPITALISED: Final = re.compile(r"\s([A-Z][\w'’-]*)")
# "Rio de Janeiro": the name goes on behind a small word.
_JOINED_BEHIND: Final = re.compile(r"\s(?:de|del|do|da|di|la|von|van)\s[A-Z]")
_LAST_CAPITALISED: Final = re.compile(r"(?<![\w.])([A-Z][\w&'-]*)\s$")


_ARTICLES: Final = word_set("the a an")


def before(folded: str, start: int) -> tuple[str, str]:
    """The last two words before this place, nearest first; with the marks that touch them."""
    words = folded[max(0, start - 30) : start].split()
    if not words:
        return "", ""
    return words[-1].lstrip('"('), words[-2] if len(words) > 1 else ""


def capital_neighbours(text: ReadingText, start: int, end: int) -> int:
    """How many free capitalised words touch a name in prose and make it part of another name: "Agent Orange"."""
    if text.style(start) is not Style.PROSE:
        return 0
    count = 0
    if _JOINED_BEHIND.match(text.full, end) is not None:
        return 1
    behind = NEXT_CAPITALISED.match(text.full, end)
    if behind is not None and not text.taken[behind.start(1)] and behind[1].lower() not in _AFTER_NAME:
        count += 1
    return count + has_capital_before(text, start)


def has_capital_before(text: ReadingText, start: int) -> bool:
    """Whether a free capitalised word stands before a name in prose and may be its beginning: "Overseas Union Bank"."""
    front = _LAST_CAPITALISED.search(text.full, max(0, start - 24), start)
    if front is None or text.taken[front.start(1)] or front[1].endswith(("'s", "’s")):
        return False
    low = front[1].lower()
    opener = text.opens_sentence(front.start(1)) and (low in OPENERS or is_role(low))
    return not opener and low not in BEFORE_NAME and low not in _ARTICLES


def firm_evidence(folded: str, start: int, end: int) -> int:
    """How strongly the words around say that a firm is named here: 0 is not at all, 3 suffices for an ordinary word."""
    score = 0
    after = _AFTER_FIRM.match(folded, end)
    if after is not None:
        score = 4 if after["own"] and after["noun"] else 3
    elif _APPOSED.match(folded, end) is not None or _OF_ITS_OWN.match(folded, end) is not None:
        score = 3
    elif _AFTER_OWN.match(folded, end) is not None or _AFTER_LINK.match(folded, end) is not None:
        score = 1
    near, second = before(folded, start)
    if is_deal_for_money(folded, near, end) or (near in _LINKS and second in _OF_FIRM) or near in APPOSITIONS:
        score += 3
    elif near in _LISTED_BEFORE:
        score += 1
    return score


def is_deal_for_money(folded: str, near: str, end: int) -> bool:
    """Whether somebody buys what is named: "to buy Confluent for $11 billion". `near` is the word before the name."""
    return near in _DEALS and _PRICED.match(folded, end) is not None


# ---- what says that an ordinary word is not a firm's name

_PLACE_BEFORE: Final = word_set("near downtown outside around across inside within")
_SITED: Final = word_set(
    """
    based located headquartered plant plants factory factories facility facilities office offices store stores mill
    mills building mine refinery port town city residents born lives hospital campus hotel branch court
    """
)
_IN_PLACE: Final = re.compile(
    r",\s(?:[A-Z][a-z]{2,4}\.|[A-Z]\.\s?[A-Z]\.|(?:Cal|Flor|Ohio|Tex|Penn|Mich|Illi|New\s[A-Z])[a-z]*)"
)
_NUMBERED: Final = re.compile(
    r"\s\d[\d/.,-]*(?![\d/.,-]|\s?(?:%|pct|percent|pc\b|pence|p\b|cents|points|to\s|at\s|[mbt]r?illion|[mb]ln|bn"
    r"|crore|lakh|euros?|dollars?|dlrs|yen|pounds|rupees|francs|times))"
)
_OF_SOMETHING: Final = re.compile(r"\sof\s([A-Z])")
_OWNS_NAME: Final = re.compile(r"['’]s\s[A-Z]")
# A noun behind a word that opens a sentence: "Visa processing at embassies", "Progressive voters"; verbs look alike.
_NOUN: Final = re.compile(
    r"\s(?!(?:offer|order|cover|consider|deliver|enter|suffer|recover|transfer|trigger|power|lower|register|partner"
    r"|answer|favor|monitor|implement|invest|nearing|bring|remember|discover|gather|pioneer|engineer|counter)s?(?!\w)"
    r"|(?:tr|carr|den|rel|appl|suppl|var|comp|envis)ies(?!\w)|during(?!\w)|according(?!\w))"
    r"[a-z]{2,}(?:ers|ors|ists|ing|ings|tions?|ments?|ies|ness|ity|ency)(?!\w)"
)
# These words may stand before nouns of firms and be no firm: "Total sales", "Post Q2 results", "Core earnings".
_QUANTIFIERS: Final = word_set(
    "total net gross general core first record prime primary post block snap standard global regional national central"
)
_MODIFIERS: Final = _QUANTIFIERS | word_set(
    "progressive universal united continental federal premier strategic match option best"
)
# Before these nouns even such a word is a firm's name: "Total shares rose".
_OF_FIRMS_ONLY: Final = re.compile(
    r"(?:shares?|stocks?|scrip|adrs?|c[efot]o|md|chief|chairman|chairwoman|president|executives?|boss|board"
    r"|spokes\w+)\Z"
)


_LOWER: Final = re.compile(
    r"\s(?!(?:and|or|but|at|by|for|from|in|of|on|to|with|as|after|before|has|have|had|is|are|was|were|will|would"
    r"|could|may"
    r"|might|also|still|now|already|recently|last|this|which|who|that|than|led|itself)(?!\w))[a-z]{3,}(?<!ed)(?!\w)"
)


def speaks_against_firm(text: ReadingText, start: int, end: int, *, is_small: bool, is_joined_firm: bool) -> int:
    """How many signs there are that an ordinary capitalised word in prose is a place or part of another name."""
    full, folded = text.full, text.folded
    if text.style(start) is not Style.PROSE:
        return 0
    near, second = before(folded, start)
    joined = (full[start - 1 : start] in {"-", "/"} and full[start - 2 : start - 1].isalpha()) or (
        full[end : end + 1] in {"-", "/"} and full[end + 1 : end + 2].isalnum() and not full[end + 1].islower()
    )
    signs = int(joined and not is_joined_firm)
    signs += near in _PLACE_BEFORE or (near == "in" and second in _SITED)
    signs += _IN_PLACE.match(full, end) is not None
    signs += _NUMBERED.match(folded, end) is not None
    signs += is_small and _OWNS_NAME.match(full, end) is not None
    signs += is_of_something(text, end)
    front = _LAST_CAPITALISED.search(full, max(0, start - 24), start)
    # A country before the word is a sign ("U.S. Strategy"); an adjective ("Japanese Sharp") or possessive is none.
    signs += (
        front is not None and text.taken[front.start(1)] == LENT and not front[1].endswith(("'s", "ese", "an", "sh"))
    )
    return signs


def is_of_something(text: ReadingText, end: int) -> bool:
    """Whether a name goes on with "of" and another name: "Oracle of Omaha"; "Volkswagen of America" does not."""
    found = _OF_SOMETHING.match(text.full, end)
    return found is not None and not text.taken[found.start(1)]


_SAME_WORDS: Final = re.compile(
    r"(?P<amazon>amazon)(?:'s)?\s(?:rain-?forest|deforestation|basin|river|forests?|jungle|delta|region|fund"
    r"|fires|tribes?)"
    # A firm has no article, unless it qualifies a noun: "the Amazon fell 9%", but "the Amazon founder".
    rf"|(?<=\bthe\s)(?P<river>amazon)(?=(?:'s)?(?:\s(?:{'|'.join(sorted(NO_NOUNS))})(?!\w)|\s?[.,;:!?)]|\Z))"
    r"|(?P<bp>bp)(?!\w)|(?P<shell>shell)\s(?:compan(?:y|ies)|firms?|corporations?|entit(?:y|ies)|game|casings?)"
    r"|(?P<delta>delta)\s(?:variant|force|hedg\w+)|(?P<visa>visa)\s(?:applica\w+|holders?|waivers?|rules?|requirements?"
    r"|restrictions?|bans?|curbs?|interviews?|-free)|(?P<reliance>reliance|focus|dependence)\son\s(?!\w+day\b)"
    r"|(?P<ice>ice)\s(?:agents?|officers?|raids?|raided|detention|detain\w+|arrests?|arrested|custody|deport\w+"
    r"|enforcement)"
)
_DIGIT_BEFORE: Final = re.compile(r"\d\s?$")


def is_otherwise(folded: str, start: int, end: int) -> bool:
    """Whether a well-known firm's name means something else: the Amazon as a river, a cut of 25 BP, shell companies."""
    found = _SAME_WORDS.match(folded, start)
    if found is None or found.end(found.lastgroup or 0) != end:
        return False
    return found.lastgroup != "bp" or _DIGIT_BEFORE.search(folded, max(0, start - 3), start) is not None


def opens_for_noun(text: ReadingText, start: int, end: int) -> bool:
    """Whether an ordinary word opens its sentence and only qualifies the noun behind it."""
    if text.style(start) is not Style.PROSE or not text.opens_sentence(start):
        return False
    folded = text.folded
    if folded[start:end] in _MODIFIERS:
        after = _AFTER_FIRM.match(folded, end)
        if after is None:
            return _LOWER.match(folded, end) is not None
        noun = after["noun"] if folded[start:end] in _QUANTIFIERS and not after["own"] else None
        if noun is not None and _OF_FIRMS_ONLY.match(noun) is None:
            return True
    return firm_evidence(folded, start, end) == 0 and _NOUN.match(folded, end) is not None


# ---- which of the things that share an exchange's, publisher's or rater's name

_AFTER_VENUE: Final = re.compile(
    r"-(?:listed|traded|quoted|registered|style|like|type)|\.com(?!\w)|\s(?:(?:de)?list(?:ings?|ed)|stock\smarket"
    r"|stock\sexchange"
    r"|exchange|trading\s(?:floor|hours|rules|session|symbol|volume|halt)|rules?|bulletin|national\smarket|floor"
    r"|system|under\sthe\ssy|member(?:s|ship)?|regulat\w+|securit(?:y|ies)|over-the-counter|issues|volume"
    r"|market\smakers?|trad(?:ed"
    r"|es)\b|ipos?|debuts?|uplist\w*|ticker|symbol|(?:stock)?holders?|hearings?|panel|notices?|notifications?"
    r"|letter|staff|determination|(?:deficiency|delinquency|delisting|non-?compliance|warning)\s(?:notices?|letters?)"
    r"|compliance|(?:minimum|bid|continued|initial)\s(?:\w+\s){0,2}?(?:price|listing|bid|requirements?"
    r"|standards?)|requirements?"
    r"|(?:global|capital)\s(?:select\s)?market|first\snorth|nordic|baltic|stockholm|helsinki|copenhagen|iceland|dubai"
    r"|(?:notified|informed|granted|halts|halted|suspends|suspended|delists)\b)(?!\w)|\s?[:/]\s?[a-z]"
)
_BEFORE_VENUE: Final = re.compile(
    r"(?:(?:list(?:ed|ing|ings|s)?|trad(?:e|es|ed|ing)|quoted|float(?:ed)?|debut(?:s|ed)?|delist(?:ed|ing)?|ipo"
    r"|outnumbered|outpaced|began|start(?:ed)?|begin|admitted"
    r"|uplist(?:ed)?|offering|switch(?:ed)?|suspended|halted|deleted|removed|filing|disclosure|statement|notice"
    r"|volume|ratio"
    r"|highs|lows|decliners|advancers|losers|gainers|announcement)(?:\s(?!weigh)[\w.,'-]{1,16}){0,4}?"
    r"|issues|stocks|shares|bourse|symbol|told|went\spublic|go(?:es|ing)?\spublic|compliance|comply)\s(?:on|at"
    r"|from|to|with|by)\s"
    r"(?:both\s)?(?:the\s|new\syork's\s|its\s)?$"
    r"|\b(?:told|informed|notified)\s(?:the\s)?$|\b(?:from|by|with|to|at|via)\s$"
)
# "On the Nasdaq" is where something trades, unless what stands before is said of the index: "a 2% drop on the Nasdaq".
_ON_VENUE: Final = re.compile(r"\bon\s(?:both\s)?(?:the\s)?$")
_SAID_ON_INDEX: Final = re.compile(
    r"(?:\b(?:weigh\w*|drag\w*|pressure|gains|losses|records?|highs?|lows?|corrections?|sell-?off|rally|bets?"
    r"|bullish|bearish|focus"
    r"|effects?|impact|short|long|options?|futures)"
    r"|\b(?:an?|the|its|point|points|percent|pct)\s(?:gain|loss|rise|fall|drop|decline|advance|slide|slump|plunge"
    r"|jump|dip)"
    r"|%\s(?:gain|loss|rise|fall|drop|decline|advance|slide|slump|plunge|jump|dip)|^(?:up|down)\s\S{1,9})\s$"
)
_AFTER_MEDIA: Final = re.compile(
    r"(?:'s)?\s(?:reported|reports|report\b|said|says|newspapers?|newswires?|business\sdaily|daily|survey|poll"
    r"|conference|forum|symposium"
    r"|quoted|cited|interview|journalists?|asia\b|news\b|article|data\b|citing|wrote|editor|learned)"
)
_BEFORE_MEDIA: Final = re.compile(
    r"(?:told|according\sto|said\sin|reported\sby|report\sby|interview\s(?:with|by)|survey\sby|polled\sby"
    r"|surveyed\sby|data\sfrom|compiled\sby|by|citing|cited\sby|quoted\sby|per|(?:news\s)?agency"
    r"|(?:business\s)?daily|newspaper)\s(?:the\s)?$"
)
_AFTER_RATER: Final = re.compile(
    r"(?:'s?)?\s(?:said|says|downgraded|downgrades|upgraded|upgrades|affirmed|affirms|cut|cuts|raised|lowered"
    r"|assigned|revised|rates|rated|warned|expects|ratings?|analysts?|placed|put|has\s(?:cut|raised|lowered"
    r"|placed|affirmed|a\b|assigned)"
    r"|credit|sovereign|outlook|report|economists?|forecasts?|estimates?|data\b|pmi|survey|chief|also\s(?:cut"
    r"|raised|lowered|said))(?!\w)"
)
_BEFORE_RATER: Final = re.compile(
    r"(?:(?:rated|rating|ratings|downgraded?|upgraded?|downgrades?|cut|assigned|affirmed|agency|agencies|junk"
    r"|grade|outlook|by|from|according\sto)\s(?:[\w+-]{1,12}\s){0,3}?(?:by|at|from|with)\s"
    r"|(?:agency|agencies|by|according\sto|raters?|fitch,?|moody's,?|fitch\sand|moody's\sand|from)\s)$"
)
_SPEAKS: Final = re.compile(
    r"\s(?:(?:said|says)(?!\s(?:to\sbe|good-?bye?|farewell|hello)\b)|told|declined\sto|announced|plans\sto|agreed"
    r"|to\s(?:announce|report|pay)|will\s(?:announce|report|pay))"
    r"(?!\w)"
)
_IDLE: Final = re.compile(
    r"\s(?:(?:has|had)\s(?!(?:also\s|now\s|already\s)?(?:fallen|risen|sunk|slid|shrugged|come|moved|been|not|a\s|"
    rf"{_MOVE}))"
    r"|(?:is|was|were)\s(?:an?|the|owned|operated|run|regulated|planning|seeking|considering|investigating|asking"
    r"|required"
    r"|asked|shut|home|closed\s(?:for|on|due|because))(?!\w))"
)
_OWN_NEWS: Final = re.compile(
    r"\b(?:(?P<operator>(?:exchange|bourse)\soperator)|rupees|rand|cents|a\sshare"
    r"|after\s(?:it|the\s(?:exchange|bourse|company|firm))\s(?:report|post|cut|rais|said|nam|warn|beat|miss"
    r"|announc|agre"
    r"|forecast)|after\s(?:its\b|reporting\b|posting\b|(?:results|earnings)(?=[,.;]|$))"
    r"|(?:its|quarterly)\s(?:profit|earnings|results|revenue|guidance|outlook)"
    r"|(?:up|down)grade[ds]?\sby)"
)
_OWN_NEWS_REACH: Final = 160
_WINDOW: Final = 60


def speaks(folded: str, end: int) -> bool:
    """Whether what is named does what no index does: "Dow said", "Hang Seng to announce"."""
    return _SPEAKS.match(folded, end) is not None


def is_traded_firm(folded: str, end: int) -> bool:
    """Whether it does what firms do and people don't: "Singapore Exchange fell 1%", "the exchange's shares"."""
    after = _AFTER_FIRM.match(folded, end)
    return after is not None and after["verb"] is None


def is_venue(folded: str, start: int, end: int) -> bool:
    """Whether an exchange's name stands for the place of trading: listed on the Nasdaq, Nasdaq-listed."""
    head = _head(folded, start)
    if _AFTER_VENUE.match(folded, end) is not None or _BEFORE_VENUE.search(head) is not None:
        return True
    on = _ON_VENUE.search(head)
    return on is not None and _SAID_ON_INDEX.search(head[: on.start()]) is None


def is_medium(folded: str, start: int, end: int) -> bool:
    """Whether a publisher's name stands for the source of news: told the Nikkei, Dow Jones reported."""
    return _AFTER_MEDIA.match(folded, end) is not None or _BEFORE_MEDIA.search(_head(folded, start)) is not None


def is_rater(folded: str, start: int, end: int) -> bool:
    """Whether a rater's name stands for the rater: S&P cut its rating, rated AA by S&P."""
    return _AFTER_RATER.match(folded, end) is not None or _BEFORE_RATER.search(_head(folded, start)) is not None


def is_idle(folded: str, end: int) -> bool:
    """Whether the text speaks of it without a move: "the BSE has asked brokers", "the ASX is an exchange"."""
    return _IDLE.match(folded, end) is not None


def trades_on_own_news(folded: str, end: int, last: int, *, weak: bool) -> bool:
    """Whether the sentence up to `last` says why an exchange's own share moved: "ASX fell 3% after the exchange
    operator cut its guidance", "BSE rose to 2,450 rupees". A name that is mostly an index's needs the first.
    """
    found = _OWN_NEWS.search(folded, end, min(last, end + _OWN_NEWS_REACH))
    return found is not None and (weak or found["operator"] is not None)


def words_that_tell(
    folded: str, start: int, end: int, because: Because, around_indices: IndexSurroundings
) -> list[tuple[int, int]]:
    """Where the words stand that decided what is named here. Only explanations use it."""
    if because in _TOLD_BY_INDEX:
        found = around_indices.words(folded, start, end)
    elif because in _TOLD_BY_FIRM:
        found = [_AFTER_FIRM.match(folded, end) or _APPOSED.match(folded, end) or _AFTER_LINK.match(folded, end)]
    elif because is Because.VENUE:
        found = [_AFTER_VENUE.match(folded, end), _BEFORE_VENUE.search(folded, max(0, start - _WINDOW), start)]
    elif because is Because.MEDIUM:
        found = [_AFTER_MEDIA.match(folded, end), _BEFORE_MEDIA.search(folded, max(0, start - _WINDOW), start)]
    elif because is Because.RATER:
        found = [_AFTER_RATER.match(folded, end), _BEFORE_RATER.search(folded, max(0, start - _WINDOW), start)]
    else:
        found = []
    places = [_trimmed(folded, *match.span()) for match in found if match is not None]
    near, second = before(folded, start)
    told_before = because in _TOLD_BY_FIRM and ((near in _LINKS and second in _OF_FIRM) or near in APPOSITIONS)
    if told_before or because is Because.PERSON_BY_ROLE or because is Because.OFFICE:
        words = f"{second} {near}" if near in _LINKS else near
        if folded.endswith(f"{words} ", 0, start):
            places.append((start - len(words) - 1, start - 1))
    return sorted(place for place in places if place[0] < place[1])


_TOLD_BY_INDEX: Final = frozenset((Because.INDEX_WORDS, Because.LONGER_INDEX))
_TOLD_BY_FIRM: Final = frozenset(
    (
        *(Because.FIRM_WORDS, Because.FIRM_ELSEWHERE, Because.FIRM_NOT_INDEX, Because.FIRM_BY_SHAPE),
        *(Because.FIRM_BY_WORDS_BEHIND, Because.FIRM_BY_WORDS_BEFORE),
    )
)


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    """The place without spaces and marks at its ends."""
    while start < end and folded[start] in " ,'(<":
        start += 1
    while start < end and folded[end - 1] == " ":
        end -= 1
    return start, end


def _head(folded: str, start: int) -> str:
    return folded[max(0, start - _WINDOW) : start]
