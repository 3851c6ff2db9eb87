"""Documents that the programme makes: asked for by an act, made by a tick, kept under their hash."""
