"""What is printed: the typefaces that Chati embeds, and text set in them; knows nothing of the rest."""
