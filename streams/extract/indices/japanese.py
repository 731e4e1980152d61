"""Clauses about indices in Japanese text: 日経平均株価は前日比1067円38銭高の5万367円38銭で取引を終えた.

Strategy. Behind the name of an index, up to the next name or full stop, numbers are told apart by what follows them:
高, 安, 上昇 or 下落 make a change of yen, points or percent; any other number of yen or points is the level.
Futures (先物) and what is expected (見通し, 可能性) give nothing.
"""

import re
from collections.abc import Sequence
from typing import Final

from schemas.taxonomy import Basis, Record
from streams.data.index_names import IndexNames
from streams.extract.figures.quantities import Figure, Unit, find_figures
from streams.extract.indices.tokens import IndexSpan
from streams.extract.indices.walk import Draft

_UP: Final = re.compile(r"高|上昇|続伸|反発|急伸|値上がり|上げ")
_DOWN: Final = re.compile(r"安|下落|続落|反落|急落|値下がり|下げ")
_NOT_SAID: Final = re.compile(r"先物|見通し|可能性|予想|目標|連動")
_CHANGE_BEHIND: Final = re.compile(
    r"(?:[（(][^）)]{1,14}[）)])?(?:の)?(?:大幅)?(高|安|上昇|下落|上げ|下げ|値上がり|値下がり)"
)
_ALL_TIME_HIGH: Final = re.compile(r"(?:史上|過去)最高値")
_CROSSED_BEHIND: Final = re.compile(r"(?:台|の大台)?(?:を突破|を回復|を上回|に乗|台|の大台)")
# 前週末比 compares with Friday's close, which is one session, so it is not in this list.
_BASES: Final = (
    (re.compile("年初来"), Basis.YTD),
    (re.compile("週間で|今週"), Basis.WEEK),
    (re.compile("月間で|今月|前月末比"), Basis.MONTH),
)
# The part of a sentence that is read behind a name is no longer than this.
_REACH: Final = 120
_SMALLEST_LEVEL: Final = 100


def is_japanese(text: str) -> bool:
    """Whether the sentence has kana."""
    return _KANA.search(text) is not None


_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺ]")


def japanese_drafts(text: str, mentions: Sequence[IndexSpan], names: IndexNames) -> list[tuple[IndexSpan, Draft]]:
    """What a Japanese sentence says of each index that it names."""
    found: list[tuple[IndexSpan, Draft]] = []
    for number, mention in enumerate(mentions):
        following = mentions[number + 1].start if number + 1 < len(mentions) else len(text)
        draft = _read(text, mention, min(following, mention.end + _REACH), names)
        if draft is not None:
            found.append((mention, draft))
    return found


def _read(text: str, mention: IndexSpan, end: int, names: IndexNames) -> Draft | None:
    clause = text[mention.end : end].partition("。")[0]
    if _NOT_SAID.search(clause):
        return None
    draft = Draft(start=mention.start, end=mention.end)
    for figure in find_figures(clause, names):
        _bind(clause, figure, draft, mention.end)
    draft.basis = next((basis for pattern, basis in _BASES if pattern.search(clause)), None)
    if draft.sign is None and (draft.percents or draft.points or not draft.levels):
        up, down = _UP.search(clause), _DOWN.search(clause)
        draft.sign = _earlier(up, down)
    if mark := _ALL_TIME_HIGH.search(clause):
        draft.record = draft.record or Record.ALL_TIME_HIGH
        draft.end = max(draft.end, mention.end + mark.end())
    return None if draft.is_empty else draft


def _earlier(up: re.Match[str] | None, down: re.Match[str] | None) -> int | None:
    if up is None or down is None:
        return 1 if up else -1 if down else None
    return 1 if up.start() < down.start() else -1


def _bind(clause: str, figure: Figure, draft: Draft, offset: int) -> None:
    behind = _CHANGE_BEHIND.match(clause, figure.end)
    # The Nikkei is quoted in yen, the Dow in dollars.
    is_level_unit = figure.unit in (Unit.POINTS, Unit.COUNT, Unit.CURRENCY)
    if figure.unit is Unit.PERCENT and not draft.percents:
        draft.percents.append(figure)
    elif is_level_unit and behind is not None and not draft.points:
        draft.points.append(figure)
    elif is_level_unit and figure.decimals <= 0 and _CROSSED_BEHIND.match(clause, figure.end):
        draft.threshold, draft.record, draft.sign = figure, Record.THRESHOLD_ABOVE, 1
    elif is_level_unit and figure.magnitude >= _SMALLEST_LEVEL and not draft.levels:
        draft.levels.append(figure)
    else:
        return
    if behind is not None:
        draft.sign = 1 if _UP.match(behind[1]) else -1
    draft.end = max(draft.end, offset + figure.end)
