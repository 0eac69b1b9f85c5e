package org.allodium.models.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Draws the loss of a training log as a small SVG that reads on light and dark pages.
final class LossChart {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 280;
    private static final int LEFT = 44;
    private static final int BOTTOM = 36;
    private static final int TOP = 16;
    private static final int RIGHT = 12;

    private final List<double[]> points;
    private final double lastStep;
    private final double highest;

    private LossChart(List<double[]> points) {
        this.points = points;
        lastStep = points.getLast()[0];
        highest = Math.ceil(points.stream().mapToDouble(point -> point[1]).max().orElse(1));
    }

    static void draw(Path log, Path svg) throws IOException {
        var points = new ArrayList<double[]>();
        for (var line : Files.readAllLines(log).stream().skip(1).toList()) {
            var cells = line.split(",");
            points.add(new double[] {Double.parseDouble(cells[0]), Double.parseDouble(cells[1])});
        }
        Files.writeString(svg, new LossChart(points).svg());
    }

    private String svg() {
        var out = new StringBuilder();
        out.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Training loss by step">
                <style>text{font:12px sans-serif;fill:#777}line{stroke:#9996}path{fill:none;stroke:#2f7f86;stroke-width:1.5}</style>
                """
                        .formatted(WIDTH, HEIGHT));
        for (int value = 0; value <= highest; value++) {
            int y = (int) y(value);
            out.append(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d</text>%n"
                            .formatted(LEFT, y, WIDTH - RIGHT, y, LEFT - 8, y + 4, value));
        }
        for (int i = 0; i <= 4; i++) {
            long step = Math.round(lastStep * i / 4);
            out.append(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%d</text>%n"
                            .formatted(
                                    (int) x((double) step),
                                    HEIGHT - 16,
                                    i == 0 ? "start" : i == 4 ? "end" : "middle",
                                    step));
        }
        out.append("<path d=\"");
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.1f %.1f",
                            i == 0 ? "M" : "L",
                            x(point[0]),
                            y(point[1])));
        }
        out.append(
                "\"/>\n<text x=\"%d\" y=\"%d\">loss by step</text>%n</svg>%n"
                        .formatted(WIDTH - 100, TOP + 8));
        return out.toString();
    }

    private double x(double step) {
        return LEFT + (WIDTH - LEFT - RIGHT) * step / lastStep;
    }

    private double y(double loss) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - loss / highest);
    }
}
