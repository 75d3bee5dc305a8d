// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rows in columns, as wide as they need to be; numbers stand at the right. */
final class Table<T> {
    private static final String GAP = "  ";

    private final List<Column<T>> columns;

    /**
     * A column.
     *
     * @param title in capitals
     * @param value of a row
     * @param wide whether it is shown with {@code -o wide} only
     */
    record Column<T>(String title, Function<T, Object> value, boolean wide) {
        static <T> Column<T> of(String title, Function<T, Object> value) {
            return new Column<>(title, value, false);
        }

        static <T> Column<T> wide(String title, Function<T, Object> value) {
            return new Column<>(title, value, true);
        }
    }

    Table(List<Column<T>> columns, boolean wide) {
        this.columns = columns.stream().filter(column -> wide || !column.wide()).toList();
    }

    /** The whole table with its titles. */
    String format(List<T> rows) {
        int[] widths =
                columns.stream().mapToInt(column -> column.title().length()).toArray();
        boolean[] numeric = new boolean[widths.length];
        List<String[]> cells = new ArrayList<>();
        for (T row : rows) {
            String[] line = new String[widths.length];
            for (int i = 0; i < widths.length; i++) {
                Object value = columns.get(i).value().apply(row);
                line[i] = text(value);
                widths[i] = Math.max(widths[i], line[i].length());
                numeric[i] |= value instanceof Number;
            }
            cells.add(line);
        }
        StringBuilder out = new StringBuilder();
        append(out, columns.stream().map(Column::title).toArray(String[]::new), widths, numeric);
        cells.forEach(line -> append(out, line, widths, numeric));
        return out.toString();
    }

    private static String text(Object value) {
        return switch (value) {
            case Double number -> String.format("%.1f", number);
            case String text when text.isEmpty() -> "-";
            default -> value.toString();
        };
    }

    private static void append(StringBuilder out, String[] cells, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].length());
            line.append(i == 0 ? "" : GAP).append(numeric[i] ? padding + cells[i] : cells[i] + padding);
        }
        out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
}
