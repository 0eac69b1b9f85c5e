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
    private final List<Column<?>> columns;

    Columns(Class<R> row, String sql) {
        this.sql = sql;
        this.columns =
                Stream.of(row.getRecordComponents())
                        .<Column<?>>map(
                                part -> new Column<>(boxed(part.getType()), part.getAccessor()))
                        .toList();
    }

    private static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
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

    private record Column<T>(Class<T> type, Method reading) {
        Column {
            reading.setAccessible(true);
        }

        Argument of(Collection<? extends Record> rows) {
            var values = new ArrayList<@Nullable T>(rows.size());
            rows.forEach(row -> values.add(value(row)));
            return Database.array(type, values);
        }

        private @Nullable T value(Record row) {
            try {
                return type.cast(reading.invoke(row));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
