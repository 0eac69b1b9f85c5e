package org.allodium.billing.internal;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// Rows turned into columns for `unnest`: one statement writes as many rows as there are. Each
/// component of the row's record is an array under the component's name, such as
/// `… from unnest(:request, :amount)`.
final class Columns<R extends Record> {
    private static final Pattern UNNEST = Pattern.compile("unnest\\(([^)]*)\\)");
    private static final Map<Class<?>, String> TYPES =
            Map.of(
                    Long.class, "bigint",
                    Integer.class, "integer",
                    String.class, "text",
                    Boolean.class, "boolean",
                    BigDecimal.class, "numeric",
                    UUID.class, "uuid",
                    Instant.class, "timestamptz");

    private final String sql;
    private final String lone;
    private final List<Column<?>> columns;

    Columns(Class<R> row, String sql) {
        this.sql = sql;
        this.columns =
                Stream.of(row.getRecordComponents())
                        .<Column<?>>map(
                                part -> new Column<>(boxed(part.getType()), part.getAccessor()))
                        .toList();
        this.lone = UNNEST.matcher(sql).replaceFirst(this::values);
    }

    /// Of one row, which needs no arrays: a request that comes alone waits for this statement.
    private String values(MatchResult unnest) {
        return Stream.of(unnest.group(1).split(","))
                .map(name -> name.strip() + "::" + type(name.strip().substring(1)))
                .collect(Collectors.joining(", ", "(values (", "))"));
    }

    private String type(String name) {
        var column = columns.stream().filter(c -> c.name().equals(name)).findFirst();
        return Objects.requireNonNull(TYPES.get(column.orElseThrow().type));
    }

    private static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    /// Without rows nothing is sent. Returns the number of rows that the statement touched.
    int write(Handle handle, Collection<R> rows) {
        if (rows.isEmpty()) {
            return 0;
        }
        if (rows.size() == 1) {
            var update = handle.createUpdate(lone);
            var row = rows.iterator().next();
            columns.forEach(column -> column.bind(update, row));
            return update.execute();
        }
        var update = handle.createUpdate(sql);
        columns.forEach(column -> update.bind(column.name(), column.of(rows)));
        return update.execute();
    }

    private record Column<T>(Class<T> type, Method reading) {
        Column {
            reading.setAccessible(true);
        }

        String name() {
            return reading.getName();
        }

        Argument of(Collection<? extends Record> rows) {
            var values = new ArrayList<@Nullable T>(rows.size());
            rows.forEach(row -> values.add(value(row)));
            return Database.array(type, values);
        }

        void bind(Update update, Record row) {
            update.bindByType(name(), value(row), type);
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
