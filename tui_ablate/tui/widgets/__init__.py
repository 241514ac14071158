"""What the screens are made of. Every pane is lines of text that repaint only where they change."""
