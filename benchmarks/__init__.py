"""Measurements that take minutes: not tests, but each says what must hold and ends with 1 where it does not."""
