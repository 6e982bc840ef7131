"""Drawing on paper: faces, marks, tables and page furniture that every printed document of a laboratory shares.

Pure: no Flask, no database, no clock. A document is drawn from the plain data it is given, and the same data give the same
bytes. Certificates build their layouts on this package and pin them by golden files; labels, requests and receipts are drawn
here, below the rooms that hand them out.
"""
