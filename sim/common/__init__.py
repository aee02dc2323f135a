"""What every room may use: parameter descriptions, tables, files, number formats, estimates."""
