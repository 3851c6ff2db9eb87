"""What each current parameter of a basin gives, on dated examples worked out by what acts really ask."""

from engine.examples.comparing import Compared, Row, compared
from engine.examples.showing import Example, Quoted

__all__ = ["Compared", "Example", "Quoted", "Row", "compared"]
