"""How far the result depends on the text: what a document does, and how sure a cosine is."""
