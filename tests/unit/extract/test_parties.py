"""Who takes part in an event: the firms of a deal by where they stand, and names that are no firms."""

import pytest

from schemas.taxonomy import EventStatus, EventType
from tests.unit.extract.test_events import Party, events, kinds, roles, the

MERGER = EventType.COMPANY_MERGER
PRICE_MOVE = EventType.COMPANY_PRICE_MOVE


def party(role: str, who: str) -> Party:
    """A party in a role."""
    return Party(role=role, who=who)


NISSAN, HONDA = "company:7201.T", "company:7267.T"


@pytest.mark.parametrize(
    "text",
    [
        "Honda Motor and Nissan Motor scrapped their merger.",
        "Honda Motor and Nissan Motor said they would end a planned $60 billion merger.",
        "The merger between Honda Motor and Nissan Motor was abandoned.",
        "Honda Motor and Nissan Motor agreed to merge.",
        "Regulators in Tokyo approved the merger of Honda Motor and Nissan Motor.",
    ],
)
def test_two_firms_that_merge_are_partners(text: str) -> None:
    """The second of the two was the acquirer, or its own target."""
    merger = the(MERGER, text)

    assert merger.subject.id == HONDA
    assert roles(merger) == {party("partner", HONDA), party("partner", NISSAN)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Siemens AG sells its trains unit to Alstom SA for 5 billion euros.",
            {party("acquirer", "company:ALO.PA"), party("seller", "company:SIE.DE")},
        ),
        (
            "Siemens AG said it sold Valdora to Alstom SA.",
            {party("acquirer", "company:ALO.PA"), party("target", "Valdora"), party("seller", "company:SIE.DE")},
        ),
        ("Siemens AG plans to sell its trains unit.", {party("seller", "company:SIE.DE")}),
        (
            "Alstom SA bought Valdora from Siemens AG for 2 billion euros.",
            {party("acquirer", "company:ALO.PA"), party("target", "Valdora"), party("seller", "company:SIE.DE")},
        ),
        (
            "Alstom SA is subject to a takeover by Siemens AG.",
            {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")},
        ),
        (
            "Alstom SA rejected a takeover offer from its rival Siemens AG.",
            {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")},
        ),
        (
            "Paris may block the proposed takeover by Siemens AG of Alstom SA.",
            {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")},
        ),
        (
            "Alstom SA accepted the terms of Siemens AG's offer to acquire Alstom SA.",
            {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")},
        ),
        (
            "Siemens AG raises its outlook, announces Valdora acquisition",
            {party("acquirer", "company:SIE.DE"), party("target", "Valdora")},
        ),
    ],
)
def test_the_place_of_a_firm_tells_its_role_in_a_deal(text: str, expected: set[Party]) -> None:
    """Who sells was the acquirer or the target, and who refused an offer had made it."""
    merger = the(MERGER, text)

    assert roles(merger) == expected
    assert merger.subject.id == (
        "company:ALO.PA" if party("acquirer", "company:ALO.PA") in expected else "company:SIE.DE"
    )


def test_the_report_that_names_both_sides_gives_the_subject() -> None:
    """The headline names only the firm that accepts; it stayed the subject."""
    merger = the(MERGER, headline="ALSTOM ACCEPTS BID", body="Alstom SA accepted a takeover bid from Siemens AG.")

    assert merger.subject.id == "company:SIE.DE"
    assert roles(merger) == {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")}


def test_a_deal_that_ends_is_not_merged_with_another_that_stands() -> None:
    """The purchase was lost in the end of the bid; the plan whose end is told stays one with it."""
    ended, bought = (
        event for event in events("Siemens AG scrapped its bid for Alstom SA. It said it agreed to buy Thales SA.")
    )
    (alone,) = events("Siemens AG scrapped its bid for Alstom SA. Siemens AG agreed to buy Alstom SA in May.")

    assert (ended.status, bought.status) == (EventStatus.CALLED_OFF, EventStatus.STANDING)
    assert party("target", "company:HO.PA") in roles(bought)
    assert party("target", "company:HO.PA") not in roles(ended)
    assert alone.status is EventStatus.CALLED_OFF


@pytest.mark.parametrize(
    "text",
    [
        "Water in the Amazon fell 9% during the drought.",
        "The Amazon dropped 12 percent below its usual level.",
        "Cargo on the Rhine fell 4% in March.",
        "The Thames rose 3% above its mark.",
    ],
)
def test_a_river_is_no_firm(text: str) -> None:
    """An article before a bare name shows it, unless the name qualifies a noun."""
    assert PRICE_MOVE not in kinds(text)
    assert the(PRICE_MOVE, "The Amazon stock fell 9%.").subject.id == "company:AMZN"


def test_no_name_is_read_from_capitals_where_all_are_capitals() -> None:
    """A firm "POINTS" fell by 3%, also in a body; what the registry knows is still found."""
    moves = [event for event in events("DOW DOWN 500 POINTS, TARGET FALLS 3%.") if event.type is PRICE_MOVE]

    assert [event.subject.id for event in moves] == ["company:TGT"]


@pytest.mark.parametrize(
    ("headline", "body", "subject"),
    [
        # A unit that an apposition names, known or not.
        ("", "Waymo, a unit of Alphabet Inc, said it won a contract worth $2 billion.", "Waymo"),
        ("", "Norlake and Sons, a unit of Ford Motor Co, won a $30 million contract from Boeing.", "Norlake and Sons"),
        # A headline that names only the owner, or names the firm short.
        ("HONEYWELL <HON> UNIT GETS CONTRACT", "Velmora Ltd won a $4 million contract from NASA.", "Velmora Ltd"),
        ("SWIRE WINS CONTRACT", "Swire Pacific Ltd won a $9 million contract from Boeing.", "Swire Pacific Limited"),
    ],
)
def test_the_firm_itself_is_the_subject_and_not_its_owner(headline: str, body: str, subject: str) -> None:
    """There was an event of the owner, or one of each of the two."""
    assert the(EventType.COMPANY_CONTRACT, body, headline).subject.name == subject


def test_the_owner_stands_where_the_body_names_no_other() -> None:
    """Nothing is lost: "FORD UNIT" is the best name there is."""
    contract = the(
        EventType.COMPANY_CONTRACT, "Ford Motor Co won a $4 million contract from NASA.", "FORD UNIT WINS CONTRACT"
    )

    assert contract.subject.id == "company:F"


def test_an_abbreviation_beside_a_name_is_no_second_firm() -> None:
    """The guidance was told twice: of SKTC, and of the firm whose initials these are."""
    guidance = the(
        EventType.COMPANY_GUIDANCE,
        "Southern Kelmore Telecom Carriers Corp, SKTC, said it expects to have good earnings in 1987.",
        "SKTC <SKT> SEES GOOD 1987 EARNINGS",
    )

    assert guidance.subject.name.startswith("Southern Kelmore")


def test_the_company_is_the_one_meant_before_where_the_sentence_between_refers_back_too() -> None:
    """The firm that the second sentence names last was taken for the company of the third."""
    earnings = the(
        EventType.COMPANY_EARNINGS,
        "Siemens AG plans to raise capital. The company said the sum pays for the stake in Velmora Ltd."
        " The company also reported net profit of 44 million euros.",
    )

    assert earnings.subject.id == "company:SIE.DE"


@pytest.mark.parametrize(
    "text",
    [
        "Siemens AG, acquired by Thales SA last year, said its net profit fell 11 percent to 19 million euros.",
        "Siemens AG, 40 pct owned by Thales SA, said net profit rose to 19 million euros.",
        "Siemens AG, a rival of Alstom SA and Thales SA, posted a net profit of 19 million euros.",
    ],
)
def test_what_is_told_of_a_firm_in_passing_names_nobody_who_acts(text: str) -> None:
    """The last firm before the verb was taken for the one that earned."""
    assert the(EventType.COMPANY_EARNINGS, text).subject.id == "company:SIE.DE"


def test_who_rates_is_not_rated() -> None:
    """The agency behind "by" was rated by the airline."""
    rating = the(EventType.COMPANY_RATING, headline="Delta Air Lines slides on ratings downgrade by Fitch")

    assert rating.subject.id == "company:DAL"


def test_who_goes_to_court_is_not_sued() -> None:
    """The firm that filed the suit was the one it is about."""
    legal = the(
        EventType.COMPANY_LEGAL,
        "Siemens AG said a court in Munich issued a judgment against the company in a lawsuit filed by Thales SA.",
    )

    assert legal.subject.id == "company:SIE.DE"


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (
            "Ministers of the Group of Seven will meet next week to prepare the June summit, French officials said.",
            {"organization:g7"},
        ),
        ("Leaders of ASEAN held a meeting on March 30 in Bali, Indonesia.", {"organization:asean"}),
        ("In August, Canada and Mexico will meet to discuss trade at a summit.", {"country:CA", "country:MX"}),
    ],
)
def test_a_place_and_whoever_tells_of_a_meeting_take_no_part(text: str, members: set[str]) -> None:
    """A meeting of the Group of Seven was one of France with it."""
    meeting = the(EventType.POLICY_MEETING, text)

    assert {p.entity.id for p in meeting.participants} | {meeting.subject.id} == members


def test_the_head_of_a_central_bank_is_that_banks() -> None:
    """The country was the subject where the bank is named with the office."""
    named = the(EventType.POLICY_LEADERSHIP, "President Reagan named Alan Greenspan as Federal Reserve chairman.")

    assert named.subject.id == "organization:fed"


def test_sums_in_brackets_do_not_end_a_clause() -> None:
    """A semicolon between two currencies cut off who had made the offer."""
    merger = the(MERGER, "Alstom SA rejected a takeover offer worth 3 billion euros ($2.3bn; £1.8bn) from Siemens AG.")

    assert roles(merger) == {party("acquirer", "company:SIE.DE"), party("target", "company:ALO.PA")}


@pytest.mark.parametrize("word", ["Board", "Management", "Vaccines"])
def test_a_word_of_every_firm_is_no_firm(word: str) -> None:
    """The board itself paid the dividend."""
    dividend = the(
        EventType.COMPANY_DIVIDEND, f"Siemens AG had a good year. The {word} proposed a dividend of 4 euros per share."
    )

    assert dividend.subject.id == "company:SIE.DE"


@pytest.mark.parametrize(
    ("headline", "body", "rated"),
    [
        (
            "MOODY'S UPGRADES FORD <F> UNIT'S DEBT",
            "Moody's Investors Service said it upgraded bonds of Hertz Global Holdings Inc, a unit of Ford Motor Co.",
            "company:HTZ",
        ),
        (
            "FORD <F> UNIT UPGRADED BY MOODY'S",
            "Ford Motor Co's Hertz Global Holdings Inc unit was upgraded to A-1 by Moody's Investors Service.",
            "company:HTZ",
        ),
    ],
)
def test_a_headline_that_names_the_owner_means_the_firm_of_that_owner(headline: str, body: str, rated: str) -> None:
    """The owner was rated too."""
    assert the(EventType.COMPANY_RATING, body, headline).subject.id == rated


def test_central_banks_that_decide_together_have_an_event_each() -> None:
    """Only the bank nearest to the verb had one."""
    decisions = [
        event
        for event in events("The Federal Reserve and the Bank of Canada both opted to hold interest rates steady.")
        if event.type is EventType.POLICY_RATE_DECISION
    ]

    assert {event.subject.id for event in decisions} == {"organization:fed", "organization:boc"}


def test_a_dateline_takes_no_part_in_an_agreement() -> None:
    """Thailand was the first party of it."""
    agreement = the(
        EventType.POLICY_TRADE_AGREEMENT, "BANGKOK (AP) The U.S. and China have signed an agreement on trade."
    )

    assert {p.entity.id for p in agreement.participants} | {agreement.subject.id} == {"country:US", "country:CN"}


def test_the_report_that_names_the_buyer_gives_the_subject() -> None:
    """The seller that the headline names stayed the subject."""
    merger = the(
        MERGER, headline="SIEMENS SELLS DIVISIONS", body="Siemens AG said it sold its trains unit to Alstom SA."
    )

    assert merger.subject.id == "company:ALO.PA"
    assert roles(merger) == {party("acquirer", "company:ALO.PA"), party("seller", "company:SIE.DE")}


def test_a_firm_that_the_headline_names_by_symbol_is_the_one_of_the_body() -> None:
    """There were two events: of the firm of the symbol, and of one made from the name."""
    bought = the(
        MERGER,
        headline="DONALDSON <DCI> TO BUY KELMORE UNIT",
        body="Donaldson Co Inc said it agreed to buy the filter unit of Kelmore Appliances Co.",
    )

    assert bought.subject.id == "company:DCI"
