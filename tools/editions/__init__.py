"""Notebooks that read well wherever they are run, made from the source of the pages.

The source is written for the pages: MyST with numbers glued in, which JupyterLab, Colab, VS
Code and plain previews show as names and markup.  From it, and from what was computed for
the pages, come

- the *run edition*: plain Markdown with everything filled in, and the outputs;
- the *classroom edition*: the same without solutions;
- the *checked edition*: the run edition with its solutions as cells, for the tests.

``source`` knows what the pages number, cite and have computed; ``markdown`` rewrites text;
``sentences`` finds the sentences that tell numbers; ``chapter`` puts notebooks together;
``places`` adds what a place needs to run them.
"""
