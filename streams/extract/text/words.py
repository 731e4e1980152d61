"""Lists of words for entity recognition: roles of people, kinds of firms, words that open sentences.

The words are in lower case, without accents. Each set says what it is evidence of; none names a
particular firm or person.
"""

from typing import Final

from streams.data.lexicon.calendar import DAYS, MONTHS, SHORT_DAYS, SHORT_MONTHS
from streams.data.lexicon.motion import MOVED


def word_set(words: str) -> frozenset[str]:
    """The words of a text; the sets of this package are written so."""
    return frozenset(words.split())


ROLES: Final = word_set(
    """
    president vice-president premier chancellor minister secretary undersecretary governor vice-governor chair
    chairman chairwoman chairperson vice-chair vice-chairman chief ceo cfo coo cto cio co-ceo director managing
    manager analyst economist strategist trader broker dealer spokesman spokeswoman spokesperson commissioner
    senator representative congressman congresswoman lawmaker legislator deputy judge justice attorney lawyer
    prosecutor founder co-founder cofounder partner professor ambassador negotiator envoy king queen prince
    princess emperor sheikh general admiral mayor treasurer officer investor billionaire tycoon financier adviser
    advisor aide executive owner co-owner consultant researcher planner columnist author historian specialist
    scientist engineer banker fund-manager portfolio lieutenant colonel captain sir lord dame lady baroness leader
    politician candidate president-elect boss head co-head cmd cxo policymaker member expert chartist technician
    activist
    """
)
"""Roles of people that stand right before or right behind the name."""

OFFICES: Final = word_set(
    """
    president premier chancellor minister secretary governor chair chairman chairwoman commissioner senator
    representative congressman congresswoman negotiator treasurer ambassador envoy king prince emperor leader
    mayor vice-president deputy president-elect
    """
)
"""Roles behind which a surname alone may stand: "Governor Ueda"."""

TRADES: Final = word_set(
    """
    carmaker automaker drugmaker chipmaker planemaker lender retailer insurer airline brokerage startup start-up
    conglomerate steelmaker brewer distiller homebuilder broadcaster bookmaker wholesaler shipbuilder e-tailer
    consultancy
    """
)


def is_role(low: str) -> bool:
    """Whether a word is a role of people or a trade of firms, in singular or plural: "Brokers James Capel"."""
    one = low.removesuffix("s")
    return low in ROLES or low in COURTESY or low in TRADES or one in ROLES or one in TRADES


COURTESY: Final = word_set("mr mrs ms miss dr sir lord dame lady madam sen rep gov gen prof justice")

# These are no surnames, so "Frank Street", "Jordan River", "Jackson Hole" and "Morgan Holdings" are no persons.
NOT_SURNAMES: Final = frozenset((*MONTHS, *DAYS)) | word_set(
    """
    street avenue road square park river lake island islands county city valley beach hills bay house
    hospital school college university institute hole group holdings holding investors corp corporation inc co
    company ltd limited llc plc lp llp ag sa nv se bank banks bancorp capital securities partners fund funds trust
    index financial insurance industries international motors energy oil gas foods steel airlines air lines stores
    brothers bros sons associates advisors advisers management technologies technology systems media entertainment
    pharmaceuticals pharma resources services solutions global ventures properties realty
    north south east west central upper lower great day days week year years prize award awards
    act bill law rule plan deal report reports cup open court administration government ministry department
    republic kingdom union states federation times post journal news daily weekly tribune herald research ratings
    rating analytics asset wealth equities equity investments investment markets market stock stocks shares said
    says told and or the of in at on for to as is was has had will also but who rs inr usd pat ebitda eps sales
    marketing operations finance hr engineering strategy explosives emeritus elect designate secretariat ministers
    biz
    """
)

MONTHS_AND_DAYS: Final = frozenset((*MONTHS, *SHORT_MONTHS, *DAYS, *SHORT_DAYS)) | word_set(
    "christmas easter thanksgiving diwali ramadan"
)

OPENERS: Final = word_set(
    """
    the a an it its in on at but and or he she they we i you his her their our this that these those there here as
    after before while when where if for by with from to under over about however meanwhile also although though
    since despite during until unless what why how who which both each some many most several all no not nor so
    yet still then thus today yesterday tomorrow earlier later last next now once only even among against between
    without within such because according other others one two three four five six seven eight nine ten first
    second third new more less much another any every either neither analysts investors traders officials sources
    shares stocks markets rival rivals peer peers shareholders total net including like unlike through throughout
    per overall additionally moreover furthermore separately elsewhere instead asked based given led following
    citing former current top big senior does do did is are was were has have had can could may might will would
    should must let buy sell hold why see read just well across near around below above amid despite ex statement
    note question answer reuters update exclusive breaking factbox analysis brief column opinion
    first-quarter second-quarter third-quarter fourth-quarter first-half second-half full-year half-year year-ago
    year-to-date year-on-year year-over-year quarter-on-quarter month-on-month three-month six-month nine-month
    12-month same-store like-for-like pre-tax pretax after-tax quarterly annual adjusted operating underlying
    """
)
"""Words that are capitalised only because they open a sentence, and that are not part of a name behind them."""

FIRM_ENDINGS: Final = word_set(
    """
    bancorp bancshares bankshares industries technologies airlines airways motors pharmaceuticals pharma petroleum
    laboratories securities brothers bros sons advisors advisers partners capital ventures equities associates
    holdings holding semiconductor semiconductors electronics chemicals foods breweries brewery beverages retail
    stores supermarkets telecommunications telecom communications enterprises properties realty biosciences
    biotech therapeutics biopharma genomics robotics logistics shipping shipbuilding cement mills textiles
    fertilisers fertilizers refineries gems minerals mining mines goldfields aerospace automotive tyres tires
    paints jewellers finserv finance financial investments software infotech networks entertainment studios
    pictures publishing broadcasting insurance assurance reinsurance microfinance brokers broking stockbrokers
    stockbroking wealth bank banks group co company consulting consultants research analytics energy power steel
    resources works heavy automobiles railways trust systems solutions labs ratings markets management
    """
)
"""Last words of firms' names. They are evidence and no proof: "Central Bank" ends so too."""

FIRM_ENDINGS_IN_CONTEXT: Final = word_set(
    """
    media offshore security dynamics sciences brands designs games mobility health healthcare water cosmetics
    apparel outdoors diagnostics devices materials metals aluminum aluminium polymers plastics packaging
    containers instruments components circuits photonics optics payments lending mortgage savings leasing rentals
    hospitality hotels resorts casinos cruises travel freight express marine offshore drilling pipelines midstream
    renewables solar wind nuclear hydrogen batteries cap asset digital interactive global worldwide international
    restaurants bakery dairy farms seeds nutrition wellness clinics hospitals homes construction engineering
    infrastructure ports airport airports rail transport defence defense aviation space satellite wireless mobile
    cable data cloud semi micro analytics academy learning education toys sports fitness wines spirits tobacco
    jewels gems silk fabrics garments
    """
)
"""Last words of firms' names and of other names ("Wizmere Security", "Homeland Security"). They are evidence only where
the words around speak of a firm too."""

FIRM_OPENINGS: Final = word_set(
    """
    grupo groupe gruppo banco banca banque bolsa companhia compagnie compania corporacion empresas
    """
)
"""First words of firms' names in other languages."""

# A name with one of these words is no firm's, whatever its last word.
NOT_FIRM: Final = word_set(
    """
    university college school institute institution ministry department council committee commission court
    congress senate parliament house agency authority board bureau office association federation society
    foundation union league party forum summit conference treaty agreement act bill law code index average
    exchange street avenue square airport church hospital museum stadium government administration army navy
    police treasury reserve centre center republic kingdom states province county city city's district region
    island islands river lake ocean sea gulf valley mountain palace democrats republicans conservatives labour
    olympics cup world european asian african american national federal central state international global prize
    award day week month year quarter fiscal session
    """
)

GENERIC_FIRST: Final = word_set(
    """
    homeland social cyber mental animal human middle scandinavian nordic latin arab arabian asian african european
    mediterranean caribbean baltic pan trans inter eurasian oriental occidental general first united national
    international american british standard new royal bank central great global air pacific atlantic north south
    east west northern southern eastern western union world big best home old federal state city public private
    the asian european african us uk eu capital financial industrial commercial consumer consolidated associated
    allied advanced applied universal continental imperial digital electric electronic energy oil gas gold silver
    steel power water land sea sun star blue green red black white group holding holdings trust fund credit
    business company hotel real estate life health medical food
    """
)
"""First words of firms' names by which a firm is not named again: "General" for General Electric."""

NOT_NAMES: Final = (
    word_set(
        """
    class big tech wall main street magnificent seven asian european american western eastern latin nordic baltic
    gulf arab african us uk eu un ai ev reit reits ipo ipos esg etf etfs adr adrs gdp cpi pmi ceo cfo fomc opec fy
    q1 q2 q3 q4 h1 h2 a b h pm am est et gmt utc bst ist hkt covid-19 covid internet christian muslim jewish
    islamic republican republicans democrat democrats democratic conservative labour liberal tory mr mrs ms dr
    asia europe africa america north south east west middle fed treasury treasuries treasurys congress senate
    parliament god english french german spanish chinese japanese indian bollywood hollywood silicon valley brexit
    inc agm egm ebitda eps fy rs cr ex s.korean chapter article section page table figure exhibit note no vol part
    phase
    """
    )
    | MONTHS_AND_DAYS
)
"""Capitalised words that name neither firm nor person, alone or as the only words of a run."""

SECTORS: Final = word_set(
    """
    it fmcg psu psus psb psbs nbfc nbfcs omc omcs auto autos pharma metal metals realty infra midcap midcaps
    smallcap smallcaps largecap fintech biotech crypto bank banks banking energy property chip chips oil gold
    airline airlines rail railway railways steel sugar cement textile textiles jewellery telecom telcos tyre tyres
    paint paints mining housing construction retail insurance agro fertiliser shipping defence defense aviation
    power sector stocks share shares stock market markets company companies commodity commodities fund funds
    mutual small mid large cap caps growth value dividend penny meme momentum quality cyclical consumer staples
    discretionary utilities healthcare industrials materials financials technology
    """
)
"""Sectors and kinds of stocks: "Rail stocks" are not those of one firm."""

PLACES: Final = word_set(
    """
    york london tokyo paris frankfurt zurich geneva milan madrid brussels amsterdam stockholm oslo copenhagen
    helsinki vienna berlin munich hamburg dublin edinburgh glasgow manchester birmingham leeds lisbon athens rome
    warsaw prague budapest bucharest sofia kyiv kiev moscow petersburg istanbul ankara cairo dubai abu dhabi
    riyadh jeddah doha kuwait tehran baghdad jerusalem tel aviv nairobi lagos johannesburg cape town mumbai bombay
    delhi calcutta kolkata chennai madras bangalore bengaluru hyderabad ahmedabad pune karachi lahore dhaka
    colombo singapore kuala lumpur jakarta bangkok manila hanoi saigon hong kong macau taipei beijing peking
    shanghai shenzhen guangzhou wuhan tianjin seoul busan osaka nagoya kyoto yokohama kobe sapporo fukuoka sydney
    melbourne brisbane perth adelaide canberra auckland wellington toronto montreal vancouver calgary ottawa
    quebec ontario alberta mexico rio janeiro paulo brasilia buenos aires santiago lima bogota caracas havana
    washington boston chicago houston dallas austin denver phoenix seattle portland francisco angeles diego jose
    philadelphia pittsburgh detroit cleveland cincinnati minneapolis milwaukee atlanta miami orlando tampa
    baltimore charlotte nashville memphis louis kansas orleans vegas california texas florida illinois ohio
    michigan pennsylvania georgia virginia carolina jersey massachusetts connecticut maryland arizona colorado
    nevada utah oregon minnesota wisconsin iowa missouri oklahoma louisiana alabama mississippi tennessee kentucky
    indiana nebraska dakota montana wyoming idaho alaska hawaii maine vermont hampshire delaware wimbledon davos
    basel luxembourg monaco gaza crimea donetsk ukraine scotland wales england ireland brooklyn manhattan cayman
    bermuda jackson
    """
)
"""Cities, states and regions: neither firms nor surnames."""

MOVES: Final = frozenset(MOVED) | word_set(
    """
    edged ticked firmed edges ticks hits hit closed ended finished opened opens ends closes outperformed
    underperformed
    """
)
"""Verbs of prices behind what is traded."""

NO_NOUNS: Final = MOVES | word_set(
    """
    and or but in on at of by for from to near below above over with during after before since as amid than was were is
    are has have had will could would may might remains remained reached
    """
)
"""Words behind a name that no noun of a firm is: "the Amazon fell", but "the Amazon founder"."""
