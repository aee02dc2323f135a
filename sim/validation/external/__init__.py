"""Independent packages judge what a run exports.

They come with the extra ``test``; if one is missing, the check is reported as skipped, with what to install.
"""
