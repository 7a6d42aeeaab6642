"""The cutout: from a camera's frame to the stacked frame that may leave this machine.

picture (a camera's frame as I420) -> segment (the model, once per frame) -> refine (steady, edges
on edges, the room flattened) -> line (the loop, and what goes out when something breaks).
"""
