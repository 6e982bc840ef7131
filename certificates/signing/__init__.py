"""The digital signature of files: the key, the visible stamp, PAdES B-B, B-T and B-LT, and what a signature found in a file is worth.

Pure of database and web except for `keys.present`, which reads the settings of the running application.
"""
