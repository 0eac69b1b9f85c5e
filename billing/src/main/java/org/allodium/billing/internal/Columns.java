package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Rows turned into columns for `unnest`: one statement writes as many rows as were added. It has
/// one parameter per column, such as `… from unnest(?::text[], ?::numeric[])`, and tells the types.
final class Columns {
    private static final Pattern PARAMETER = Pattern.compile("\\?::(\\w+)\\[]");

    private final String sql;
    private final String[] types;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    Columns(String sql) {
        this.sql = sql;
        this.types =
                PARAMETER
                        .matcher(sql)
                        .results()
                        .map(found -> found.group(1))
                        .toArray(String[]::new);
    }

    void row(@Nullable Object... values) {
        if (values.length != types.length) {
            throw new IllegalArgumentException("A row has " + types.length + " values");
        }
        rows.add(values);
    }

    /// Without rows nothing is sent. Returns the number of rows that the statement touched.
    int write(Connection connection) throws SQLException {
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
