package org.allodium.portal.parts;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A plain HTML table: dense, readable aloud, without scrolling inside. Long lists are cut into
/// pages by view and service. On a narrow screen the columns marked as optional are left out.
public final class Table<T> extends Div {
    private record Column<T>(
            String title, Function<T, Component> cell, boolean number, boolean optional) {}

    private final List<Column<T>> columns = new ArrayList<>();
    private final NativeTable table = new NativeTable();
    private final String name;

    /// `name` says to a screen reader what the table holds.
    public Table(String name) {
        this.name = name;
        addClassName("table");
        table.getElement().setAttribute("aria-label", name);
        table.getElement().setAttribute("role", "table");
        add(table);
    }

    public Table<T> column(String title, Function<T, Component> cell) {
        columns.add(new Column<>(title, cell, false, false));
        return this;
    }

    public Table<T> text(String title, Function<T, String> cell) {
        return column(title, row -> new Span(cell.apply(row)));
    }

    /// Right-aligned, with tabular figures.
    public Table<T> number(String title, Function<T, String> cell) {
        columns.add(new Column<>(title, row -> new Span(cell.apply(row)), true, false));
        return this;
    }

    /// The column added last is left out on a narrow screen.
    public Table<T> optional() {
        var last = columns.removeLast();
        columns.add(new Column<>(last.title(), last.cell(), last.number(), true));
        return this;
    }

    public Table<T> rows(List<T> rows) {
        table.removeAll();
        table.getElement().setAttribute("aria-label", name);
        table.getHead().add(header());
        for (var row : rows) {
            table.getBody().add(line(row));
        }
        return this;
    }

    private NativeTableRow header() {
        var line = row();
        for (var column : columns) {
            var cell = new NativeTableHeaderCell(column.title());
            cell.getElement().setAttribute("scope", "col");
            cell.getElement().setAttribute("role", "columnheader");
            dress(column, cell);
            line.add(cell);
        }
        return line;
    }

    private NativeTableRow line(T row) {
        var line = row();
        for (var column : columns) {
            var cell = line.addDataCell();
            cell.add(column.cell().apply(row));
            cell.getElement().setAttribute("role", "cell");
            cell.getElement().setAttribute("data-label", column.title());
            dress(column, cell);
        }
        return line;
    }

    // Roles are said outright, since a narrow screen lays the table out as blocks.
    private static NativeTableRow row() {
        var line = new NativeTableRow();
        line.getElement().setAttribute("role", "row");
        return line;
    }

    private static void dress(Column<?> column, Component cell) {
        if (column.number()) {
            cell.addClassName("n");
        }
        if (column.optional()) {
            cell.addClassName("opt");
        }
    }
}
