package org.allodium.catalog.internal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PoolId;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The catalog's tables. Models are only ever added: a name never changes its files.
public final class CatalogTables {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DataSource platform;

    public CatalogTables(DataSource platform) {
        this.platform = platform;
    }

    public List<Entry> all() {
        var query =
                """
                select m.name, m.digest, m.modality, m.architecture, m.parameters, m.context_length,
                       m.dimensions, m.passport::text, m.registered_at,
                       array(select d.precision || ' ' || d.pool from catalog.deployment d where d.model = m.name
                             order by d.deployed_at, d.pool) as places
                  from catalog.model m
                 order by m.name""";
        return connected(
                connection -> {
                    var entries = new ArrayList<Entry>();
                    var retrievals = retrievals(connection);
                    try (var statement = connection.prepareStatement(query);
                            var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            entries.add(entry(rows, retrievals));
                        }
                    }
                    return entries;
                });
    }

    /// By model and pool, the newest of each.
    private static Map<String, Optional<Model.Retrieval>> retrievals(Connection connection)
            throws SQLException {
        var query =
                """
                select distinct on (model, pool) model, pool, corpus, encoder, encoder_pool
                  from catalog.retrieval
                 order by model, pool, id desc""";
        var found = new HashMap<String, Optional<Model.Retrieval>>();
        try (var statement = connection.prepareStatement(query);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                var corpus = rows.getString("corpus");
                found.put(
                        place(rows.getString("model"), rows.getString("pool")),
                        corpus == null
                                ? Optional.empty()
                                : Optional.of(
                                        new Model.Retrieval(
                                                corpus,
                                                rows.getString("encoder"),
                                                new PoolId(rows.getString("encoder_pool")))));
            }
        }
        return found;
    }

    private static String place(String model, String pool) {
        return model + " " + pool;
    }

    /// Whether it was ever said what the deployment looks up, be it nothing.
    public boolean knowsRetrieval(String model, PoolId pool) {
        return connected(c -> retrievals(c).containsKey(place(model, pool.value())));
    }

    /// @param retrieval empty where nothing is to be looked up
    public void insertRetrieval(
            String model, PoolId pool, Optional<Model.Retrieval> retrieval, Instant at) {
        var insert =
                """
                insert into catalog.retrieval (model, pool, corpus, encoder, encoder_pool, since)
                values (?, ?, ?, ?, ?, ?)""";
        update(
                insert,
                model,
                pool.value(),
                retrieval.map(Model.Retrieval::corpus).orElse(null),
                retrieval.map(Model.Retrieval::encoder).orElse(null),
                retrieval.map(r -> r.pool().value()).orElse(null),
                Timestamp.from(at));
    }

    public void insert(
            String name,
            String digest,
            ModelInspection.Finding finding,
            Model.Passport passport,
            Instant at) {
        var insert =
                """
                insert into catalog.model (name, digest, modality, architecture, parameters,
                                           context_length, dimensions, passport, registered_at)
                values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?)
                on conflict (name) do nothing""";
        update(
                insert,
                name,
                digest,
                finding.modality().name(),
                finding.architecture(),
                finding.parameters(),
                finding.contextLength(),
                finding.dimensions(),
                JSON.writeValueAsString(passport),
                Timestamp.from(at));
    }

    public void insertDeployment(String model, PoolId pool, Model.Precision precision, Instant at) {
        var insert =
                """
                insert into catalog.deployment (model, pool, precision, deployed_at)
                values (?, ?, ?, ?)
                on conflict (model, pool) do nothing""";
        update(insert, model, pool.value(), precision.name(), Timestamp.from(at));
    }

    private void update(String sql, @Nullable Object... values) {
        connected(
                connection -> {
                    try (var statement = connection.prepareStatement(sql)) {
                        for (int i = 0; i < values.length; i++) {
                            statement.setObject(i + 1, values[i]);
                        }
                        return statement.executeUpdate();
                    }
                });
    }

    /// Each statement stands alone, so no transaction is opened around it.
    private <T> T connected(Work<T> work) {
        try (var connection = platform.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "catalog.away").because(e);
        }
    }

    private static Entry entry(ResultSet row, Map<String, Optional<Model.Retrieval>> retrievals)
            throws SQLException {
        var name = row.getString("name");
        return new Entry(
                name,
                row.getString("digest"),
                Model.Modality.valueOf(row.getString("modality")),
                row.getString("architecture"),
                row.getLong("parameters"),
                row.getInt("context_length"),
                row.getInt("dimensions"),
                JSON.readValue(row.getString("passport"), Model.Passport.class),
                row.getTimestamp("registered_at").toInstant(),
                Stream.of((String[]) row.getArray("places").getArray())
                        .map(Placed::of)
                        .map(placed -> placed.looking(retrievals, name))
                        .toList());
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /// Where a model is deployed, in which precision, and what it looks up there.
    public record Placed(
            PoolId pool, Model.Precision precision, Optional<Model.Retrieval> retrieval) {
        private Placed looking(Map<String, Optional<Model.Retrieval>> all, String model) {
            var own = all.getOrDefault(place(model, pool.value()), Optional.empty());
            return new Placed(pool, precision, own);
        }

        private static Placed of(String text) {
            int space = text.indexOf(' ');
            return new Placed(
                    new PoolId(text.substring(space + 1)),
                    Model.Precision.valueOf(text.substring(0, space)),
                    Optional.empty());
        }
    }

    /// A model's row and its places, in the order of deployment.
    public record Entry(
            String name,
            String digest,
            Model.Modality modality,
            String architecture,
            long parameters,
            int contextLength,
            int dimensions,
            Model.Passport passport,
            Instant registeredAt,
            List<Placed> places) {
        public Entry {
            places = List.copyOf(places);
        }

        public Model with(Path directory, List<Model.Deployment> deployments) {
            return new Model(
                    name,
                    digest,
                    directory,
                    modality,
                    architecture,
                    parameters,
                    contextLength,
                    dimensions,
                    passport,
                    registeredAt,
                    deployments);
        }
    }
}
