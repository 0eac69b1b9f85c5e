package org.allodium.catalog.internal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.sovereignty.PoolId;
import tools.jackson.databind.json.JsonMapper;

/// The catalog's two tables. Models are only ever added: a name never changes its files.
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
                    try (var statement = connection.prepareStatement(query);
                            var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            entries.add(entry(rows));
                        }
                    }
                    return entries;
                });
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

    private void update(String sql, Object... values) {
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
            throw new CloudException(
                    ErrorCode.SERVER_ERROR, "The model catalog cannot be reached.", null, e);
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getString("name"),
                row.getString("digest"),
                Model.Modality.valueOf(row.getString("modality")),
                row.getString("architecture"),
                row.getLong("parameters"),
                row.getInt("context_length"),
                row.getInt("dimensions"),
                JSON.readValue(row.getString("passport"), Model.Passport.class),
                row.getTimestamp("registered_at").toInstant(),
                Stream.of((String[]) row.getArray("places").getArray()).map(Placed::of).toList());
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /// Where a model is deployed, and in which precision.
    public record Placed(PoolId pool, Model.Precision precision) {
        private static Placed of(String text) {
            int space = text.indexOf(' ');
            return new Placed(
                    new PoolId(text.substring(space + 1)),
                    Model.Precision.valueOf(text.substring(0, space)));
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
