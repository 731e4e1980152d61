"""What was planned, agreed or threatened and then ended is told as called off: neither as the thing nor not at all."""

import pytest

from schemas.taxonomy import Direction, EventStatus, EventType, FactLevel
from tests.unit.extract.test_events import events, kinds, the

MERGER = EventType.COMPANY_MERGER
TARIFF = EventType.POLICY_TARIFF


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MERGER, "Honda Motor called off its merger with Nissan Motor."),
        (MERGER, "Shell said it had ended talks to buy BP."),
        (MERGER, "Blackstone walked away from a $3 billion takeover of AstraZeneca."),
        (MERGER, "Adobe said its agreement to acquire Figma has been terminated."),
        (MERGER, "Spirit Airlines' merger with JetBlue collapsed after a judge blocked it."),
        (EventType.COMPANY_DIVIDEND, "Boeing suspended its dividend and cut 2,000 jobs."),
        (EventType.COMPANY_BUYBACK, "Intel halted its share buyback."),
        (EventType.COMPANY_GUIDANCE, "Macy's withdrew its full-year guidance, citing weak demand."),
        (EventType.COMPANY_CONTRACT, "Germany has cancelled its order with Lockheed Martin for 35 jets."),
        (TARIFF, "Trump dropped his threat to impose 30% tariffs on Mexico."),
        (TARIFF, "The EU shelved plans for tariffs on Chinese electric cars."),
        (EventType.POLICY_STIMULUS, "Jakarta shelved a planned stimulus package."),
        (EventType.POLICY_MEETING, "Japan and South Korea called off their summit in Tokyo."),
    ],
)
def test_what_was_ended_is_an_event_that_says_so(kind: EventType, text: str) -> None:
    """These were nothing, or the thing itself: "the threat of 100% tariffs is off the table" was a tariff, a fact."""
    event = the(kind, text)

    assert (event.status, event.direction, event.fact_level) == (EventStatus.CALLED_OFF, None, FactLevel.FACT)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MERGER, "Pfizer said it had ended talks with Novartis and agreed to buy Merck for $43 billion."),
        (EventType.COMPANY_DIVIDEND, "Citigroup raised its dividend by 5% after scrapping a merger."),
        (
            EventType.POLICY_TRADE_AGREEMENT,
            "Peru and Chile concluded a free-trade agreement that will scrap duties on 98% of goods.",
        ),
        (TARIFF, "Washington scrapped its tariffs on Canadian steel."),
    ],
)
def test_the_end_of_something_else_leaves_it_standing(kind: EventType, text: str) -> None:
    """Lifting a tariff is an event of its own, and the end of one thing is not that of another."""
    assert the(kind, text).status is EventStatus.STANDING


@pytest.mark.parametrize(
    "text",
    [
        "Kroger may end its merger with Albertsons.",
        "Lawmakers urged Boeing to scrap its merger with Embraer.",
        "Commerzbank denied that a merger with UniCredit was being discussed.",
        "Alcoa will not cancel its dividend.",
    ],
)
def test_an_end_that_only_may_come_tells_nothing(text: str) -> None:
    """Nor does one that is denied."""
    assert not kinds(text) & {MERGER, EventType.COMPANY_DIVIDEND}


def test_the_history_of_ended_talks_does_not_revive_them() -> None:
    """The body tells how the talks began."""
    event = the(
        MERGER,
        headline="Security Pacific, Users end merger talks",
        body="Security Pacific signed a letter of intent to merge with Users Inc in January.",
    )

    assert event.status is EventStatus.CALLED_OFF


@pytest.mark.parametrize(
    "text",
    [
        "Can Nvidia report good results?",
        "Will Tesla shares fall 10%?",
        "Nvidia Q2 earnings preview: what to expect",
        "Analysts expect Tesla to report second-quarter earnings of 62 cents a share.",
    ],
)
def test_questions_and_previews_are_no_events(text: str) -> None:
    """What is asked, or awaited, has not happened."""
    assert not {e.type for e in events(headline=text)} & {EventType.COMPANY_EARNINGS, EventType.COMPANY_PRICE_MOVE}


def test_a_question_for_the_reason_tells_the_fact() -> None:
    """The question for a reason presupposes it."""
    assert the(EventType.COMPANY_PRICE_MOVE, "Why did Nvidia shares fall 4%?").direction is Direction.DOWN


def test_better_than_expected_results_are_facts() -> None:
    """A word in the middle was taken for an expectation of the results."""
    event = the(
        EventType.COMPANY_EARNINGS, "Nike shares jumped 6% after posting better-than-expected quarterly results."
    )

    assert event.fact_level is FactLevel.FACT


@pytest.mark.parametrize(
    "text",
    [
        "Last year, Washington imposed tariffs of 25% on Chinese goods.",
        "Tokyo had been prepared to cut its tariffs on cars.",
        "Under the trade pact, India agreed to cut tariffs on Scotch whisky to 75%.",
        "The EU is to discuss a levy on jet fuel.",
        "The regulator approved a tariff for 204 MW of electricity from Iran.",
        "Brussels will refrain from imposing tariffs on American cars.",
        "Harris Associates said it acquired 173,000 shares of Moore Inc, or 6.9 pct of the total.",
        "Ivanhoe agreed to buy a 28 pct interest in the mine from Rio Tinto.",
        "Japan announced the first projects under its landmark trade agreement with Washington.",
        "The deadline for Canada and Washington to reach a trade deal is near.",
        "The former transport minister of Norway has died, his family said, after he quit the talks.",
    ],
)
def test_background_and_other_senses_are_no_events(text: str) -> None:
    """What happened long before, what a deal once set, levies within a country and stakes below control."""
    told = {MERGER, TARIFF, EventType.POLICY_TRADE_AGREEMENT, EventType.POLICY_LEADERSHIP}
    assert not {e.type for e in events(text) if e.status is EventStatus.STANDING} & told
