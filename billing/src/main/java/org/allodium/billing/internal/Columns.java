package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows turned into columns for `unnest`: one statement writes as many rows as were added.
final class Columns {
    private final String[] types;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    Columns(String... types) {
        this.types = types;
    }

    void row(@Nullable Object... values) {
        if (values.length != types.length) {
            throw new IllegalArgumentException("A row has " + types.length + " values");
        }
        rows.add(values);
    }

    int size() {
        return rows.size();
    }

    /// `sql` has one parameter per column, such as `… from unnest(?::text[], ?::numeric[])`.
    /// Without rows nothing is sent. Returns the number of rows that the statement touched.
    int write(Connection connection, String sql) throws SQLException {
        if (rows.isEmpty()) {
            return 0;
        }
        try (var statement = connection.prepareStatement(sql)) {
            for (int column = 0; column < types.length; column++) {
                var values = new @Nullable Object[rows.size()];
                for (int row = 0; row < values.length; row++) {
                    values[row] = rows.get(row)[column];
                }
                statement.setArray(column + 1, connection.createArrayOf(types[column], values));
            }
            return statement.executeUpdate();
        }
    }
}
