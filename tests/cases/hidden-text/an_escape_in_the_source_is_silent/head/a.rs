const RLO: char = '\u{202e}';
