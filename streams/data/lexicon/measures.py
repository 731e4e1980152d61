"""Words that say what a figure measures, and words that say how it stands to that: its value, its change, the one of
the year before, what was expected.

A phrase is words in lower case with single spaces; hyphens and apostrophes part words,
            as in `pre tax`. Of two phrases
that begin at one word the longer one is read.
"""

from collections.abc import Mapping
from typing import Final

from schemas.taxonomy import Measure
from streams.data.lexicon.motion import FALL, RISE

__all__ = ["LOSSES", "OTHER", "PHRASES", "PROFITS", "Sense"]

Sense = tuple[str, str]
"""What a phrase does (`measure`, `profit`, `kind`, `adjusted`, `plan`, `expect`, `beat`, `link`, `break`, `act`,
`move`) and its argument."""

OTHER: Final = "other"
"""The measure of figures that are those of no event: chances, jobs, loans, market shares."""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in " ".join(text.split()).split(",") if phrase.strip())


_MEASURES: Final[Mapping[str, str]] = {
    Measure.EPS: """eps, earnings per share, earnings a share, profit per share, profit a share, loss per share, shr,
        shrs""",
    Measure.EBIT: "ebit",
    Measure.EBITDA: "ebitda, ebidta",
    Measure.GROSS_PROFIT: "gross profit, gross profits",
    Measure.REVENUE: """revenue, revenues, revs, rev, sales, turnover, net sales, net revenue, net revenues, top line,
        total income, total operating revenues, operating revenue, operating revenues""",
    Measure.COMPARABLE_SALES: """comparable sales, comparable store sales, same store sales, like for like sales, comp
        sales, comps, organic sales""",
    Measure.NET_INTEREST_INCOME: "net interest income, nii",
    Measure.FUNDS_FROM_OPERATIONS: "funds from operations, ffo",
    Measure.OPERATING_CASH_FLOW: "operating cash flow, cash flow from operations",
    Measure.FREE_CASH_FLOW: "free cash flow, fcf",
    Measure.CAPEX: "capex, capital expenditure, capital expenditures, capital spending",
    Measure.COSTS: "cost, costs, expense, expenses",
    Measure.CHARGE: """charge, charges, extraordinary item, extraordinary items, exceptional item, exceptional items,
        extraordinary gain, extraordinary charge, writedown, writedowns, write down, write downs, writeoff, write off,
        write offs, impairment, impairments, provision, provisions""",
    Measure.GROSS_MARGIN: "gross margin, gross margins",
    Measure.OPERATING_MARGIN: "operating margin, operating margins, ebit margin, ebitda margin",
    Measure.BACKLOG: "backlog, order backlog",
    Measure.ORDERS: "bookings, order intake, new orders",
    Measure.DELIVERIES: "deliveries, shipments, unit sales, vehicle sales",
    Measure.PRODUCTION: "production, output",
    Measure.SUBSCRIBERS: "subscribers, customers, users, subscriptions",
    Measure.ASSETS_UNDER_MANAGEMENT: "assets under management, aum",
    Measure.DEBT: "debt, debts, net debt, borrowings",
    Measure.DIVIDEND: "dividend, dividends, payout, payouts, pay out, pay outs, div, divs, distribution",
    Measure.BUYBACK: """buyback, buybacks, buy back, buy backs, buys back, buying back, bought back, repurchase,
        repurchases, repurchased, repurchasing""",
    Measure.SHARE_PRICE: """share, shares, stock, share price, stock price, adr, adrs, scrip, common stock, common
        shares, ordinary shares, outstanding shares""",
    Measure.DEAL_VALUE: "purchase price, total price, price tag, acquisition price, sale price, equity value",
    Measure.MARKET_CAP: "market value, market cap, market capitalisation, market capitalization, valuation",
    Measure.PRICE_TARGET: "price target, price targets, target price, target prices, price objective",
    Measure.STAKE: "stake, stakes, shareholding, shareholdings, holding, interest, voting power, voting rights",
    Measure.POLICY_RATE: """interest rate, interest rates, benchmark rate, key rate, policy rate, bank rate, repo
        rate, discount rate, prime rate, lending rate, borrowing costs""",
    Measure.DEFENCE_SPENDING: "defence spending, defense spending, military spending, defence budget, defense budget",
    OTHER: """revenue passenger miles, revenue passenger kilometres, passenger miles, revenue miles, seat miles, load
        factor, interest income, interest payment, interest payments, interest expense, chance, chances, probability,
        odds, likelihood, workforce, jobs, job, employees, staff, headcount, payroll, margin, margins, tax, taxes, tax
        rate, market share, market shares, share of, yield, yields, inflation, assets, deposits, loan, loans, note,
        notes, bond, bonds, debenture, debentures, financing, credit line, credit facility, discount, volume, volumes,
        traffic, price, prices, premium, premiums, subsidy, synergies, savings, gain on, preference shares, preferred
        shares, share count, avg shrs, avg shares, average shares, shareholders equity, net worth, backlogs, capacity,
        combined ratio, growth rate, salary, bonus, salaries, wages, rent, mortgage, reserves, population""",
}  # fmt: skip
PROFITS: Final = _phrases("profit, profits, earnings, income, net, pat, earned, earns, earn, bottom line")
"""Words of profit; which profit the word before tells."""
LOSSES: Final = _phrases("loss, losses, deficit")
"""Words of a loss, whose figures are negative."""
_KINDS: Final[Mapping[str, str]] = {
    Measure.OPERATING_INCOME: "operating, trading",
    Measure.PRETAX_INCOME: "pretax, pre tax, before tax",
    Measure.GROSS_PROFIT: "gross",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "adjusted": {
        "yes": """adjusted, non gaap, core, underlying, recurring, normalised, normalized, oper, before items,
            excluding items""",
        "no": "gaap, ifrs, statutory",
    },
    "plan": {
        "noun": """guidance, outlook, outlooks, forecast, forecasts, target, targets, targeted, projection,
            projections, goal, goals""",
        "verb": """expect, expects, sees, see, forecasting, guides, guided, guiding, anticipates, anticipated,
            anticipate, projects, projected, predicts, predicted, targeting, expecting, should, will""",
    },
    "expect": {
        "": """estimate, estimates, consensus, expectation, expectations, analysts, analyst, wall street, the street,
            economists, expected by, forecast by""",
    },
    "beat": {
        "above": "beat, beats, beating, top, tops, topped, topping, exceed, exceeds, exceeded, above, ahead of",
        "below": "miss, misses, missed, missing, below, short of, trails, trailed",
    },
    "link": {
        "value": "to, at, on, was, were, is, are",
        "of": """of, in, or, a, an, the, about, some, more than, less than, fewer than, greater than, rather than,
            other than, as much as, as many as, as high as, as low as, as little as, as well as, as part of, as of, as
            a, as an, as high, as low, after tax, after taxes, after charges, after exceptional charges, after
            extraordinary items, after exceptional items, after minorities, as expected, as planned, as promised, as
            soon, as it, as its, as they, as he, as she, as far""",
        "for": "for",
        "change": "by",
        "before": """from, versus, vs, against, compared with, compared to, than, up from, down from, year ago, year
            earlier, prior year, previous year""",
        "and": "and, but",
        "over": "per",
    },
    "break": {
        "": """after, when, while, because, amid, despite, though, although, whereas, as, following, until, unless,
            if, which, who, whose, where, hurt by, hit by, helped by, even with""",
        "pause": "with, including, excluding",
    },
    "act": {
        "": """reports, reported, posts, posted, announces, announced, declares, declared, raises, raised, cuts, cut,
            lowers, lowered, slashes, slashed, lifts, lifted, boosts, boosted, hikes, hiked, trims, trimmed, approves,
            approved, authorizes, authorized, authorises, authorised, sets, set, says, said, buys, bought, acquires,
            acquired, agrees, agreed, wins, won, names, named, launches, launched, plans, planned, offers, offered,
            pays, paid, sells, sold, signs, signed, hires, hired, maintains, maintained, reaffirms, reaffirmed,
            reiterates, reiterated, affirms, affirmed, confirms, confirmed, gives, gave, issues, issued, proposes,
            proposed, receives, received, swings, swung, unveils, unveiled, keeps, kept, withdraws, withdrew,
            suspends, suspended, upgrades, upgraded, downgrades, downgraded, halts, halted, warns, warned, closes,
            closed, opens, opened, adds, buying, raising, cutting, lowering, announcing, posting, doubles, doubled,
            triples, tripled, intends, repurchased, signaled, signalled""",
    },
    "move": {
        "up": ",".join((*RISE, "up", "higher", "growth", "grew", "grow", "hike", "jump", "more")),
        "down": ",".join((*FALL, "down", "lower", "reduction", "shortfall", "less")),
    },
}  # fmt: skip


def _table() -> dict[str, tuple[tuple[tuple[str, ...], Sense], ...]]:
    """The phrases by their first word, the longest first, each as the words behind the first and what it does."""
    senses: dict[str, Sense] = {}
    for does, groups in _WORDS.items():
        senses |= {phrase: (does, about) for about, text in groups.items() for phrase in _phrases(text)}
    senses |= {phrase: ("kind", str(measure)) for measure, text in _KINDS.items() for phrase in _phrases(text)}
    senses |= {phrase: ("measure", str(measure)) for measure, text in _MEASURES.items() for phrase in _phrases(text)}
    senses |= dict.fromkeys(PROFITS, ("profit", "")) | dict.fromkeys(LOSSES, ("profit", "loss"))
    table: dict[str, list[tuple[tuple[str, ...], Sense]]] = {}
    for phrase in sorted(senses, key=len, reverse=True):
        first, *rest = phrase.split()
        table.setdefault(first, []).append((tuple(rest), senses[phrase]))
    return {first: tuple(entries) for first, entries in table.items()}


PHRASES: Final = _table()
"""What phrases do, by their first word."""
