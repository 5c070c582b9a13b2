"""Measure proposals of new lines: ours beside GerryChain (recursive tree, then ReCom) on the same units and time.

    python -m tests.bench.plans --units FILE --weight FIELD --parts 4 [--tolerance 0.001] [--seconds 40]
        [--rival-python PYTHON]

Told for each: the largest deviation, the cut edges (pairs of neighbours in different parts), the seconds. The rival
runs in the Python given (by default this one) and is left out with a line where it is not installed. It gets our
neighbourhood as a plain list of pairs, so that both cut the same edges.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RIVAL = """
import json, random, sys, time, warnings
from functools import partial
warnings.simplefilter("ignore")
given = json.load(sys.stdin)
began = time.monotonic()
import networkx as nx
from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters
from gerrychain.proposals import recom
from gerrychain.tree import recursive_tree_part
random.seed(given["seed"])
plain = nx.Graph()
for unit, weight in enumerate(given["weight"]):
    plain.add_node(unit, weight=weight)
plain.add_edges_from(given["pairs"])
graph = Graph.from_networkx(plain)
ideal, parts = sum(given["weight"]) / given["parts"], range(given["parts"])
counted = {"weight": updaters.Tally("weight", alias="weight"), "cut_edges": updaters.cut_edges}
begin = recursive_tree_part(graph, parts, ideal, "weight", given["tolerance"])
first = Partition(graph, assignment=begin, updaters=counted)
propose = partial(recom, pop_col="weight", pop_target=ideal, epsilon=given["tolerance"], node_repeats=2)
chain = MarkovChain(propose, [constraints.contiguous], accept.always_accept, first, 10**9)
best = []
for state in chain:
    deviation = max(abs(load / ideal - 1) for load in state["weight"].values())
    best = sorted({*best, (len(state["cut_edges"]), deviation)})[:3]
    if time.monotonic() - began > given["seconds"]:
        break
print(json.dumps(best))
"""


def ours(asked: argparse.Namespace, folder: Path) -> None:
    """Run our command as anybody would."""
    report = folder / "report.json"
    words = [
        "--units",
        asked.units,
        "--weight",
        asked.weight,
        "--parts",
        asked.parts,
        "--seconds",
        asked.seconds,
    ]
    more = ["--tolerance", asked.tolerance, "-o", folder / "plan.gpkg", "--report", report]
    command = [sys.executable, "-m", "webmap.cli", "plan", "propose", *map(str, words + more)]
    subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
    told = json.loads(report.read_text())
    for plan in [told["plan"], *told["alternatives"]]:
        print(f"ours        {plan['largest_deviation']:10.5%} {plan['cut_edges']:5d} cut  {plan['layer']}")


def rival(asked: argparse.Namespace) -> None:
    """Run GerryChain in its own Python, if it has it."""
    from gis.boundaries.propose.files import numbers_of, read_units
    from gis.boundaries.propose.graph import graph_of

    if subprocess.run(
        [asked.rival_python, "-c", "import gerrychain"], check=False, capture_output=True
    ).returncode:
        print("GerryChain is not installed; install it elsewhere and give --rival-python")
        return
    file = read_units(Path(asked.units))
    graph = graph_of(file.shapes, numbers_of(file, asked.weight))
    given = {"weight": graph.weight.tolist(), "pairs": graph.pairs.tolist(), "parts": asked.parts,
             "tolerance": asked.tolerance, "seconds": asked.seconds, "seed": 1}  # fmt: skip
    try:
        done = subprocess.run(
            [asked.rival_python, "-c", RIVAL], input=json.dumps(given), capture_output=True, text=True,
            timeout=3 * asked.seconds + 60, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"GerryChain found no plan to begin with in {3 * asked.seconds + 60:.0f} s")
        return
    if done.returncode:
        print("GerryChain gave up:", done.stderr.strip().splitlines()[-1])
        return
    for cut, deviation in json.loads(done.stdout):
        print(f"GerryChain  {deviation:10.5%} {cut:5d} cut")


def main() -> None:
    """Let both run, one after the other."""
    parser = argparse.ArgumentParser(description="proposals of new lines")
    parser.add_argument("--units")
    parser.add_argument("--weight", default="weight")
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--tolerance", type=float, default=0.001)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--rival-python", default=sys.executable)
    asked = parser.parse_known_args()[0]
    if asked.units is None:
        print("give --units FILE and --weight FIELD to compare proposals")
        return
    print(f"{asked.units}: {asked.parts} parts, {asked.seconds:.0f} s, load {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        ours(asked, Path(folder))
    rival(asked)


if __name__ == "__main__":
    main()
