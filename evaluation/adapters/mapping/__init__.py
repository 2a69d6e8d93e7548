"""From inputs to a request and from an answer to outputs, as a model's settings say."""
