"""The strategy's action plan, which the strategic CMOG keeps."""
