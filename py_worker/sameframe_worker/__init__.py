"""The part of Sameframe that runs in the browser (Pyodide): cutouts, turns, composition."""
