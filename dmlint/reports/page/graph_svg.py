"""The images' graph as pictures: what comes first on the left, what is made of it to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.reports.page.image_graph import ImageGraph
    from dmlint.reports.page.listed_files import LineAddresses

_WIDTH, _HEIGHT, _ACROSS, _DOWN = 210, 34, 290, 48
_LETTERS = 30
_WORDS = {"FROM": "is FROM", "COPY": "copies from", "build": "builds"}


def draw_graph(graph: ImageGraph, statuses: Mapping[str, str], places: LineAddresses) -> str:
    """One part of the graph; ``statuses`` are those of the environments by the keys of their stages."""
    layers = graph.layers()
    spots = {key: (8 + x * _ACROSS, 8 + y * _DOWN) for x, layer in enumerate(layers) for y, key in enumerate(layer)}
    width = 16 + _ACROSS * (len(layers) - 1) + _WIDTH
    height = 16 + _DOWN * max(map(len, layers))
    root = Element("svg", {"class": "graph", "width": str(width), "height": str(height), "role": "group"})
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("aria-label", "What is built of what")
    for edge in graph.edges:
        (left, top), (right, low) = spots[edge.start], spots[edge.end]
        x, y, end, bottom = left + _WIDTH, top + _HEIGHT // 2, right, low + _HEIGHT // 2
        curve = f"M{x} {y}C{x + 40} {y} {end - 40} {bottom} {end} {bottom}"
        SubElement(root, "path", {"d": curve, "class": f"edge {edge.word.lower()}"})
        if edge.word != "FROM":
            word = SubElement(
                root, "text", {"x": str((x + end) // 2), "y": str((y + bottom) // 2 - 4), "class": "word"}
            )
            word.text = edge.word
    for key, (left, top) in spots.items():
        node = graph.nodes[key]
        group = SubElement(root, "a", {"href": places.link(node.place)})
        label = visible(node.label)
        SubElement(group, "title").text = f"{node.kind} {label}, {places.place(node.place)}"
        size = {"x": str(left), "y": str(top), "width": str(_WIDTH), "height": str(_HEIGHT), "rx": "6"}
        SubElement(group, "rect", {**size, "class": f"node {node.kind} {statuses.get(key, '')}"})
        spot = {"x": str(left + _WIDTH // 2), "y": str(top + 21), "class": "label"}
        SubElement(group, "text", spot).text = label if len(label) <= _LETTERS else f"…{label[1 - _LETTERS :]}"
    return tostring(root, "unicode")


def tell_graph(graph: ImageGraph) -> list[str]:
    """The same in words, a sentence for each edge."""
    names = {key: visible(f"{node.kind} {node.label}") for key, node in graph.nodes.items()}
    return [f"{names[edge.end]} {_WORDS[edge.word]} {names[edge.start]}" for edge in graph.edges]
