package org.allodium.kernel;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.argument.Arguments;
import org.jdbi.v3.core.argument.NullArgument;
import org.jdbi.v3.core.argument.ObjectArgument;
import org.jdbi.v3.core.array.SqlArrayType;
import org.jdbi.v3.core.array.SqlArrayTypes;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.ColumnMappers;
import org.jspecify.annotations.Nullable;

/// How PostgreSQL's types and ours answer to each other, where Jdbi has no opinion or another one:
/// an `Instant` is a `timestamptz`; a record of one component, such as a typed id, is what it
/// holds; enums go by their names, as Jdbi has them.
final class SqlTypes {
    private SqlTypes() {}

    static void register(Jdbi jdbi) {
        jdbi.registerArgument(new OfOneType(UUID.class, Types.OTHER, value -> value));
        jdbi.registerArgument(
                new OfOneType(
                        Instant.class,
                        Types.TIMESTAMP_WITH_TIMEZONE,
                        value -> ((Instant) value).atOffset(ZoneOffset.UTC)));
        jdbi.registerColumnMapper(
                Instant.class,
                (row, column, _) -> {
                    var at = row.getObject(column, OffsetDateTime.class);
                    return at == null ? null : at.toInstant();
                });
        jdbi.registerArgument(new BoundAsItsContent());
        jdbi.registerColumnMapper(SqlTypes::madeOfItsContent);
        jdbi.registerArrayType(String.class, "text");
        jdbi.registerArrayType(UUID.class, "uuid");
        jdbi.registerArrayType(BigDecimal.class, "numeric");
        jdbi.registerArrayType(
                (type, _) -> type == byte[].class ? Optional.of(new Bytes()) : Optional.empty());
        jdbi.registerArrayType(Instant.class, "timestamptz");
        jdbi.registerArrayType(SqlTypes::arrayOfContents);
        // What is found here is found for every statement; each would else look for itself.
        for (var type :
                List.of(
                        UUID.class,
                        String.class,
                        Instant.class,
                        Integer.class,
                        Long.class,
                        Boolean.class,
                        BigDecimal.class,
                        byte[].class)) {
            jdbi.getConfig(ColumnMappers.class).findFor((Type) type);
        }
    }

    /// One class of values, whose absence has a type too.
    private record OfOneType(Class<?> type, int sqlType, Function<Object, Object> sent)
            implements ArgumentFactory.Preparable {
        @Override
        public Optional<Function<Object, Argument>> prepare(Type wanted, ConfigRegistry config) {
            return wanted == type ? Optional.of(this::argument) : Optional.empty();
        }

        private Argument argument(@Nullable Object value) {
            return value == null
                    ? new NullArgument(sqlType)
                    : ObjectArgument.of(sent.apply(value), sqlType);
        }
    }

    private static final class BoundAsItsContent implements ArgumentFactory.Preparable {
        @Override
        public Optional<Function<Object, Argument>> prepare(Type type, ConfigRegistry config) {
            return Holder.of(type)
                    .flatMap(
                            holder ->
                                    config.get(Arguments.class)
                                            .prepareFor(holder.content())
                                            .map(inner -> value -> inner.apply(holder.in(value))));
        }
    }

    private static Optional<ColumnMapper<?>> madeOfItsContent(Type type, ConfigRegistry config) {
        return Holder.of(type)
                .flatMap(
                        holder ->
                                config.get(ColumnMappers.class)
                                        .findFor(holder.content())
                                        .map(
                                                inner ->
                                                        (row, column, context) ->
                                                                holder.around(
                                                                        inner.map(
                                                                                row, column,
                                                                                context))));
    }

    private static Optional<SqlArrayType<?>> arrayOfContents(Type type, ConfigRegistry config) {
        return Holder.of(type)
                .flatMap(
                        holder ->
                                config.get(SqlArrayTypes.class)
                                        .findFor(holder.content())
                                        .map(
                                                inner ->
                                                        SqlArrayType.of(
                                                                inner.getTypeName(), holder::in)));
    }

    /// The driver wants them in an array of their own type.
    private static final class Bytes implements SqlArrayType<byte[]> {
        @Override
        public String getTypeName() {
            return "bytea";
        }

        @Override
        public Object convertArrayElement(byte[] element) {
            return element;
        }

        @Override
        public Class<?> getArrayElementClass() {
            return byte[].class;
        }
    }

    /// A record of one component.
    private record Holder(Type content, Method reading, Constructor<?> making) {
        private static final ClassValue<Optional<Holder>> KNOWN =
                new ClassValue<>() {
                    @Override
                    protected Optional<Holder> computeValue(Class<?> type) {
                        return ofClass(type);
                    }
                };

        static Optional<Holder> of(Type type) {
            return type instanceof Class<?> held ? KNOWN.get(held) : Optional.empty();
        }

        private static Optional<Holder> ofClass(Class<?> held) {
            if (!held.isRecord() || held.getRecordComponents().length != 1) {
                return Optional.empty();
            }
            RecordComponent component = held.getRecordComponents()[0];
            try {
                var making = held.getDeclaredConstructor(component.getType());
                making.setAccessible(true);
                component.getAccessor().setAccessible(true);
                return Optional.of(
                        new Holder(component.getGenericType(), component.getAccessor(), making));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("A record has its constructor", e);
            }
        }

        @Nullable Object in(@Nullable Object holder) {
            try {
                return holder == null ? null : reading.invoke(holder);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            } catch (InvocationTargetException e) {
                throw ours(e);
            }
        }

        @Nullable Object around(@Nullable Object content) {
            try {
                return content == null ? null : making.newInstance(content);
            } catch (InstantiationException | IllegalAccessException e) {
                throw new IllegalStateException(e);
            } catch (InvocationTargetException e) {
                throw ours(e);
            }
        }

        private static RuntimeException ours(InvocationTargetException e) {
            return e.getCause() instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException(e.getCause());
        }
    }
}
