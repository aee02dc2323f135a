"""Tests of the model against closed forms and independent packages: claims and their registry."""
