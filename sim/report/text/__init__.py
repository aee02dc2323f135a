"""What a comparison says, in sentences, tables and a glossary: the same words on a command line and in a browser."""
