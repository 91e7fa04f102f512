"""The weekly and monthly report: its figures, and the same as a chart, a workbook and a paper."""
