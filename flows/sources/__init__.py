"""One module per place that histories come from, all with the same verbs."""
