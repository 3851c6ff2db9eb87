"""Whether a process always comes to its end, proved by looking at everything that it can do.

A process is turned into a *token net* (`translation`): each arrow is a place, each element one or more
transitions, and where the tokens stand is one integer. The net is then walked through (`exploration`)
until every marking that it can reach has been seen.
"""
