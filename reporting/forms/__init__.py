"""Forms of the top floor, one noun a file: returns.py, board_reports.py."""
