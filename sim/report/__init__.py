"""What people read: numbers, sentences, tables, charts, pages."""
