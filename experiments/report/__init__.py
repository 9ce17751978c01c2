"""Reports: one self-contained HTML file and a PDF, of a comparison or of a workshop.

kept.py      a results folder read back as the findings it came from
content.py   what a report says: question, answer, pictures, tables, assumptions, limits, files
in_short.py  the answer in a few sentences, before method and cautions
html.py      the content as one HTML file
pdf.py       the content as a PDF
command.py   `upstream report`
"""
