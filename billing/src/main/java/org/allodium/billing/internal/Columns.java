package org.allodium.billing.internal;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/// Rows turned into columns for `unnest`: one statement writes as many rows as there are. Each
/// component of the row's record is an array under the component's name, such as
/// `… from unnest(:request, :amount)`.
final class Columns<R extends Record> {
    private final String sql;
    private final List<Column> columns;

    Columns(Class<R> row, String sql) {
        this.sql = sql;
        this.columns =
                Stream.of(row.getRecordComponents())
                        .map(part -> new Column(part.getType(), part.getAccessor()))
                        .toList();
    }

    /// Without rows nothing is sent. Returns the number of rows that the statement touched.
    int write(Handle handle, Collection<R> rows) {
        if (rows.isEmpty()) {
            return 0;
        }
        var update = handle.createUpdate(sql);
        columns.forEach(column -> update.bind(column.reading.getName(), column.of(rows)));
        return update.execute();
    }

    private record Column(Class<?> type, Method reading) {
        Column {
            type = MethodType.methodType(type).wrap().returnType();
            reading.setAccessible(true);
        }

        Argument of(Collection<? extends Record> rows) {
            var values = new ArrayList<@Nullable Object>(rows.size());
            rows.forEach(row -> values.add(value(row)));
            return Database.array(type, values);
        }

        private @Nullable Object value(Record row) {
            try {
                return reading.invoke(row);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
