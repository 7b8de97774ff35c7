"""Prevention: what agencies do in schools, the licensed trade, taxis, hotels, communities and online (strategy 13)."""
