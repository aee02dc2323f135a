"""The pages of a class: one for phones, one for the teacher and the projector. They import no chart."""
