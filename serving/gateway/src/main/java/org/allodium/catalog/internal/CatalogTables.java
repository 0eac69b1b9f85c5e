package org.allodium.catalog.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PoolId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The catalog's tables. Models are only ever added: a name never changes its files.
public final class CatalogTables {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String MODELS =
            """
            select name, digest, modality, architecture, parameters, context_length, dimensions,
                   passport, registered_at
              from catalog.model
             order by name""";

    /// With what was last said of each that it looks up.
    private static final String PLACES =
            """
            select d.model, d.pool, d.precision, r.corpus, r.encoder, r.encoder_pool
              from catalog.deployment d
              left join (select distinct on (model, pool) model, pool, corpus, encoder, encoder_pool
                           from catalog.retrieval
                          order by model, pool, id desc) r using (model, pool)
             order by d.deployed_at, d.pool""";

    private final Database platform;

    public CatalogTables(DataSource platform) {
        this.platform = Database.over(platform);
    }

    public static List<Entry> all(Handle handle) {
        var places = places(handle);
        return handle.createQuery(MODELS).map(row -> entry(row, places)).list();
    }

    private static Map<String, List<Placed>> places(Handle handle) {
        return handle.createQuery(PLACES)
                .map(row -> Map.entry(row.getColumn("model", String.class), placed(row)))
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    }

    /// Whether it was ever said what the deployment looks up, be it nothing.
    public boolean knowsRetrieval(String model, PoolId pool) {
        return connected(
                handle ->
                        handle.createQuery(
                                        """
                                        select exists (select from catalog.retrieval
                                                        where model = :model and pool = :pool)""")
                                .bind("model", model)
                                .bind("pool", pool)
                                .mapTo(Boolean.class)
                                .one());
    }

    /// Adds nothing where the same was said last.
    /// @param retrieval empty where nothing is to be looked up
    public void insertRetrieval(
            String model, PoolId pool, Optional<Model.Retrieval> retrieval, Instant at) {
        var insert =
                """
                insert into catalog.retrieval (model, pool, corpus, encoder, encoder_pool, since)
                select :model, :pool, said.corpus, said.encoder, said.encoder_pool, :at
                  from (select :corpus::text as corpus, :encoder::text as encoder,
                               :encoderPool::text as encoder_pool) said
                 where not exists (
                       select from (select corpus, encoder, encoder_pool from catalog.retrieval
                                     where model = :model and pool = :pool
                                     order by id desc limit 1) last
                        where last is not distinct from said)""";
        connected(
                handle ->
                        handle.createUpdate(insert)
                                .bind("model", model)
                                .bind("pool", pool)
                                .bind("corpus", part(retrieval, Model.Retrieval::corpus))
                                .bind("encoder", part(retrieval, Model.Retrieval::encoder))
                                .bind("encoderPool", part(retrieval, r -> r.pool().value()))
                                .bind("at", at)
                                .execute());
    }

    private static @Nullable String part(
            Optional<Model.Retrieval> retrieval, Function<Model.Retrieval, String> reading) {
        return retrieval.map(reading).orElse(null);
    }

    /// Whether files of this name may be registered: no others are.
    public boolean isFree(String name, String digest) {
        return connected(handle -> isOf(handle, name, digest));
    }

    private static boolean isOf(Handle handle, String name, String digest) {
        return handle.createQuery(
                        """
                        select not exists (select from catalog.model
                                            where name = :name and digest <> :digest)""")
                .bind("name", name)
                .bind("digest", digest)
                .mapTo(Boolean.class)
                .one();
    }

    /// False, and nothing was added, where other files have the name.
    public boolean insert(
            String name,
            String digest,
            ModelInspection.Finding finding,
            Model.Passport passport,
            Instant at) {
        var insert =
                """
                insert into catalog.model (name, digest, modality, architecture, parameters,
                                           context_length, dimensions, passport, registered_at)
                values (:name, :digest, :modality, :architecture, :parameters,
                        :contextLength, :dimensions, :passport::jsonb, :at)
                on conflict (name) do nothing""";
        return connected(
                handle -> {
                    handle.createUpdate(insert)
                            .bind("name", name)
                            .bind("digest", digest)
                            .bind("modality", finding.modality())
                            .bind("architecture", finding.architecture())
                            .bind("parameters", finding.parameters())
                            .bind("contextLength", finding.contextLength())
                            .bind("dimensions", finding.dimensions())
                            .bind("passport", JSON.writeValueAsString(passport))
                            .bind("at", at)
                            .execute();
                    return isOf(handle, name, digest);
                });
    }

    /// False, and nothing was added, where it is there in another precision.
    public boolean insertDeployment(
            String model, PoolId pool, Model.Precision precision, Instant at) {
        var insert =
                """
                insert into catalog.deployment (model, pool, precision, deployed_at)
                values (:model, :pool, :precision, :at)
                on conflict (model, pool) do nothing""";
        var same =
                """
                select exists (select from catalog.deployment
                                where model = :model and pool = :pool and precision = :precision)""";
        return connected(
                handle -> {
                    handle.createUpdate(insert)
                            .bind("model", model)
                            .bind("pool", pool)
                            .bind("precision", precision)
                            .bind("at", at)
                            .execute();
                    return handle.createQuery(same)
                            .bind("model", model)
                            .bind("pool", pool)
                            .bind("precision", precision)
                            .mapTo(Boolean.class)
                            .one();
                });
    }

    /// Each statement stands alone, so no transaction is opened around it.
    private <T> T connected(HandleCallback<T, RuntimeException> work) {
        try {
            return platform.withHandle(work);
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "catalog.away").because(e);
        }
    }

    private static Entry entry(RowView row, Map<String, List<Placed>> places) {
        var name = row.getColumn("name", String.class);
        return new Entry(
                name,
                row.getColumn("digest", String.class),
                row.getColumn("modality", Model.Modality.class),
                row.getColumn("architecture", String.class),
                row.getColumn("parameters", Long.class),
                row.getColumn("context_length", Integer.class),
                row.getColumn("dimensions", Integer.class),
                JSON.readValue(row.getColumn("passport", String.class), Model.Passport.class),
                row.getColumn("registered_at", Instant.class),
                places.getOrDefault(name, List.of()));
    }

    private static Placed placed(RowView row) {
        var retrieval =
                Optional.<@Nullable String>ofNullable(row.getColumn("corpus", String.class))
                        .map(
                                corpus ->
                                        new Model.Retrieval(
                                                corpus,
                                                row.getColumn("encoder", String.class),
                                                row.getColumn("encoder_pool", PoolId.class)));
        return new Placed(
                row.getColumn("pool", PoolId.class),
                row.getColumn("precision", Model.Precision.class),
                retrieval);
    }

    /// Where a model is deployed, in which precision, and what it looks up there.
    public record Placed(
            PoolId pool, Model.Precision precision, Optional<Model.Retrieval> retrieval) {}

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
