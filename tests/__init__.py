"""The tests: a package of their own, since pyblp installs another one of that name beside it."""
