"""Whether a process always comes to its end, proved by looking at everything that it can do.

A process is *sound* when, whatever is chosen and whenever events come, it can always still be completed,
no two tokens ever stand in one place, and every step is reached in some life. Data are not looked at: a
gateway may choose any branch, so that a sound process is sound whatever its conditions say, and a
counter-example may be one that the conditions forbid.

A proof is a line of steps, each a module:

    process ──translation──▶ net ──exploration (a few hundred markings)──▶ found? ──yes──▶ findings
                              │                                            │
                              │                                            no: too many
                              └──reduction──▶ small net ──exploration──────┴──▶ stories ──▶ findings

*Token net* (`token_net`). Each arrow is a place, each element one or more transitions; where the tokens
stand is one integer, a bit for each place. A transition takes tokens and puts some; it may also need a
place that it leaves marked, empty others (an interruption, a terminating end), need others to be empty
(a subprocess is left when nothing is going on in it), or look upstream (`inclusive`, by the standard's
wording). The empty marking is the completion of the process.

*Translation* (`scopes`, `activities`, `events`, `gateways`, `flows`, `catching`, `instants`). An activity
with a body or with events on its edge has a place that is marked while it goes on, and one for each event
that may come once without interrupting it. What is thrown is joined to what catches it once all is
there: by code, outwards, through calls. Called processes stand in the place of their calls, each time
anew. The body of a multi-instance activity is proved once, as a closed scope. What the execution rules
refuse is translated all the same: implicit ends and merges, several starts, links, event subprocesses; an
ad-hoc subprocess and an unknown call are single steps.

The life of a scope, as its places tell it:

    ┌───────┐  enter   ┌────────┐  nothing left inside   ┌───────┐
    │ input │ ───────▶ │ active │ ─────────────────────▶ │ after │
    └───────┘          └────────┘                        └───────┘
                         │    │  an event interrupts: all inside is emptied    ┌─────────┐
                         │    └───────────────────────────────────────────────▶│ handler │
                         │  an event that does not interrupt, once             └─────────┘
                         └──────────────────────────────────────▶ handler, beside what goes on

*Reduction* (`reduction`). Places through which a token only passes, places always marked together,
choices that come to the same, ends that a token reaches unseen, events that set off what ends by itself:
each is taken away where no marking that matters, and no label that an automaton reads, is lost. A token
in a place taken away would be emptied, tested or counted exactly as in the place that stands for it.
Two tokens that would have met there meet elsewhere: this is why a handler is only folded where its host
is in no loop.

*Two orders.* Soundness is judged in any order, as the standard has it. The engine's own order, in which
everything that waits for nobody is done first, has fewer lives: it can break nothing, but it may go round
for ever where any order would let a date come. `exploration` looks at both; where the second has too many
markings, `promptness` judges the shape of the net.

*Charter.* Automata (`automata`) read labels beside the walk (`product`): the step of an activity when it is
completed, of an event when it comes, of an arrow when it is taken, and `step:entered` when a token arrives.

*Entries.* A life may have begun elsewhere and be taken over where a diagram says so. One more place leads to
the start, or to the marking of an entry: the token before its element, all that encloses it going on, its
events armed; the automata read what the entry asserts. What follows is judged alike; a step must be reached
from the start, though, and a story begins at an entry only where the start has none to tell.

*Bounds.* Beyond so many markings, so much time, so many places, nothing is decided, and what is not decided
is never published.
"""
