"""The shopping kernel once more, in C: the same arrays in, the same purchases out, bit for bit."""
