"""A picture of a report: plot.py REPORT.json PICTURE.png (or .svg)

One panel a precision and number of threads: what part of the machine's peak each
contestant reaches on each workload, and how many times the best peer Emblem is.
"""

import json
import sys

INK, PALE, EMBLEM, EDGE = "#22272e", "#dde1e7", "#a5c8ff", "#1f6feb"
# Told apart by shape too, for those who do not see the colours.
PEERS = {"onnxruntime": ("#d1731c", "o"), "onnxruntime fused": ("#8a4a0b", "s"),
         "openvino": ("#6f42c1", "^"), "torch": ("#c93c37", "D"),
         "torch.compile": ("#8f1d3f", "v"), "ctranslate2": ("#2a8a4a", "P"),
         "llama.cpp": ("#5c6470", "X"), "another peer": ("#888888", "*")}


def engine(contestant):
    """Whose it is: "llama.cpp" of "llama.cpp q8_0 int8"."""
    for name in sorted(PEERS, key=len, reverse=True):
        if contestant.startswith(name + " "):
            return name
    return "emblem" if contestant.startswith("emblem ") else "another peer"


def draw_panel(axes, rows, peak):
    """`rows` are the results of one precision and number of threads."""
    labels = [row["workload"] for row in rows]
    columns = sorted({engine(name) for row in rows for name in row["seconds"]}
                     - {"emblem"}, key=[*PEERS].index)
    tops = []
    for x, row in enumerate(rows):
        per_cent = {name: 100 * row["flops"] / seconds / peak
                    for name, seconds in row["seconds"].items()}
        tops.append(max(per_cent.values()))
        for name, value in per_cent.items():
            if engine(name) == "emblem":
                axes.bar(x, value, 0.7, color=EMBLEM, zorder=2)
                axes.plot((x - 0.35, x + 0.35), (value, value), color=EDGE,
                          linewidth=2.2, solid_capstyle="butt", zorder=3)
            else:
                color, marker = PEERS[engine(name)]
                place = (columns.index(engine(name)) + 0.5) / len(columns) - 0.5
                axes.plot(x + 0.56 * place, value, marker, color=color,
                          markersize=5.5, zorder=4, markeredgecolor="white",
                          markeredgewidth=0.5)
        if "ratio" in row:
            axes.annotate(f"{row['ratio']:.2f}\u00d7", (x, tops[-1]), (0, 5),
                          textcoords="offset points", ha="center", fontsize=8.5,
                          color=INK, fontweight="bold", zorder=5,
                          bbox={"facecolor": "white", "edgecolor": "none",
                                "pad": 0.8, "alpha": 0.8})
    axes.axhline(100, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.set_ylim(0, max(112, max(tops) + 10))
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_xticks(range(len(rows)), labels, fontsize=8.5)
    axes.set_yticks(range(0, 101, 25), [f"{y} %" for y in range(0, 101, 25)],
                    fontsize=8.5)
    axes.grid(axis="y", color=PALE, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(PALE)


def draw_legend(figure, engines, columns):
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=EMBLEM, edgecolor=EDGE, label="Emblem")]
    for name, (color, marker) in PEERS.items():
        if name in engines:
            handles.append(Line2D([], [], linestyle="", marker=marker, color=color,
                                  markersize=6, label=name))
    figure.legend(handles=handles, loc="lower center", ncols=columns,
                  frameon=False, fontsize=9, labelcolor=INK)


def draw(report, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    results = [row for row in report["results"]
               if row["precision"] in report["peaks"].get(str(row["threads"]), {})]
    if not results:
        raise ValueError("the report has no result whose peak is known")
    threads = sorted({row["threads"] for row in results})
    precisions = list(dict.fromkeys(row["precision"] for row in results))
    figure, panels = pyplot.subplots(
        len(precisions), len(threads), squeeze=False, sharey=False,
        figsize=(1.2 + 6.2 * len(threads), 1.5 + 2.7 * len(precisions)))
    for i, precision in enumerate(precisions):
        for j, count in enumerate(threads):
            rows = [row for row in results if row["precision"] == precision
                    and row["threads"] == count]
            if not rows:
                panels[i][j].set_visible(False)
                continue
            peak = report["peaks"][str(count)][precision]
            draw_panel(panels[i][j], rows, peak["operations_per_second"])
            panels[i][j].set_title(
                f"{precision}, {count} thread{'s' * (count > 1)}   "
                f"(peak {peak['operations_per_second'] / 1e9:.0f} G/s, "
                f"{peak['instruction']})",
                loc="left", fontsize=10, color=INK, pad=4)
    isa = "" if report["isa"] == "native" else f", {report['isa']} only"
    figure.suptitle(
        "all-MiniLM-L6-v2: part of the machine's peak that each reaches"
        f" ({report['cpu']}{isa})\ntexts x tokens; above the bars: Emblem's speed"
        " over the best peer's", x=0.012, ha="left", fontsize=11, color=INK)
    engines = {engine(name) for row in results for name in row["seconds"]}
    # One panel is too narrow for all names in a row.
    draw_legend(figure, engines - {"emblem"}, 4 if len(threads) == 1 else 9)
    height = figure.get_size_inches()[1]
    figure.tight_layout(rect=(0, 0.55 / height, 1, 1 - 0.15 / height), h_pad=1.8)
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py REPORT.json PICTURE.png|svg")
    with open(sys.argv[1], encoding="utf-8") as source:
        draw(json.load(source), sys.argv[2])
