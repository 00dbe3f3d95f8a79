"""The library behind Difficulty Atlas: from response files to cross-difficulty findings.

Data flows one way: ``readers`` → ``store`` → ``irt`` → ``bins`` → ``transfer`` → ``charts``, with
``subsets`` leaving to the side. Nothing here imports streamlit.
"""

__version__ = "0.1.0"
