"""Verbs that say that a price, an index or a quantity goes up or down, in all their forms.

The readers of names, indices, events and sentiment take their verbs from here: a verb added here is a move of an index
and of a share alike, good or bad for what moves, and tells that what stands before it is traded. A form that is also an
everyday noun or verb ("firm", "shot", "won") is left out; a reader adds it where its meaning is plain.
"""

from typing import Final

__all__ = ["FALL", "MOVED", "RISE"]

RISE: Final = tuple(
    """
    rise rises rose risen rising gain gains gained gaining add adds added adding advance advances advanced
    advancing climb climbs climbed climbing jump jumps jumped jumping surge surges surged surging soar soars
    soared soaring rally rallies rallied rallying leap leaps leapt leaped leaping spike spikes spiked spiking
    spurt spurts spurted spurting rebound rebounds rebounded rebounding recover recovers recovered recovering
    bounce bounces bounced bouncing strengthen strengthens strengthened strengthening firmed firming increase
    increases increased increasing improve improves improved improving appreciate appreciates appreciated appreciating
    accelerate accelerates accelerated accelerating vault vaults vaulted vaulting zoom zooms zoomed zooming
    rocket rockets rocketed rocketing skyrocket skyrockets skyrocketed skyrocketing pops popped popping perked
    ripped rips ripping roars roared roaring sizzles sizzled sizzling swell swells swelled swollen swelling
    catapult catapults catapulted balloons ballooned ballooning sprang
    """.split()
)
"""The verbs of rising."""

FALL: Final = tuple(
    """
    fall falls fell fallen falling drop drops dropped dropping decline declines declined declining slip slips
    slipped slipping slide slides slid sliding sink sinks sank sunk sinking tumble tumbles tumbled tumbling
    plunge plunges plunged plunging plummet plummets plummeted plummeting lose loses lost losing shed sheds
    shedding dip dips dipped dipping ease eases eased easing retreat retreats retreated retreating slump slumps
    slumped slumping dive dives dived dove diving nosedive nosedives nosedived nosediving sag sags sagged
    sagging skid skids skidded skidding weaken weakens weakened weakening soften softens softened softening tank
    tanks tanked tanking crash crashes crashed crashing crater craters cratered cratering crumble crumbles
    crumbled crumbling collapse collapses collapsed collapsing decrease decreases decreased decreasing shrink
    shrinks shrank shrunk shrinking dwindle dwindles dwindled dwindling swoon swoons swooned swooning stumble
    stumbles stumbled stumbling buckled depreciated cracked cracks cracking bled bleeds bleeding wilt wilts
    wilted wilting caved cedes ceded ceding concedes conceded conceding wobbles wobbled wobbling backslide
    backslides backslid backsliding slither slithers slithered slithering
    """.split()
)
"""The verbs of falling."""

_IRREGULAR: Final = frozenset("rose leapt sprang fell sank slid lost shed dove shrank bled".split())

MOVED: Final = tuple(word for word in (*RISE, *FALL) if word.endswith(("s", "ed")) or word in _IRREGULAR)
"""Their forms that stand behind a singular subject: "rises", "fell"."""
