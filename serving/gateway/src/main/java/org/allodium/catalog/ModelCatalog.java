package org.allodium.catalog;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.allodium.catalog.internal.CatalogTables;
import org.allodium.catalog.internal.ModelStore;
import org.allodium.catalog.internal.PassportFile;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.News;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/// Which models exist and where they are deployed. Public names are unique and may contain slashes.
@ApplicationScoped
public class ModelCatalog {
    /// After the schema, before the pools.
    private static final int START = 1_000;

    private static final int FIRST = 3;

    private static final Pattern NAME =
            Pattern.compile(
                    "(?=.{1,128}$)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject
    @ConfigProperty(name = "allodium.home", defaultValue = ".allodium")
    String home;

    @Inject ModelInspection inspection;
    @Inject Residency residency;
    @Inject Clock clock;
    @Inject News news;

    private final Map<Place, Model.State> states = new ConcurrentHashMap<>();
    private volatile List<CatalogTables.Entry> entries = List.of();

    void open(@Observes @Priority(FIRST) @Initialized(ApplicationScoped.class) Object start) {
        news.keep("catalog", new Pictured());
    }

    void tidy(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        store().tidy(clock.instant());
    }

    /// In stable order: by name.
    @Anyone
    public List<Model> all() {
        return entries().stream().map(this::model).toList();
    }

    @Anyone
    public Optional<Model> find(String name) {
        return entries().stream().filter(e -> e.name().equals(name)).findFirst().map(this::model);
    }

    /// Takes a copy of the directory into the store, checks it, computes its digest and registers
    /// it. The same name for the same files changes nothing; for other files it is refused.
    @Requires(Permission.OPERATE_MODELS)
    public Model register(String name, Path directory) {
        checkName(name);
        try (var incoming = store().receive(directory)) {
            // Only the copy is looked at: it, and not what the caller may still change, is served.
            var finding = inspection.inspect(incoming.directory());
            var passport = PassportFile.read(incoming.directory(), name);
            var digest = inspection.digest(incoming.directory());
            demandSameFiles(name, tables().isFree(name, digest));
            incoming.keepAs(digest);
            demandSameFiles(
                    name, tables().insert(name, digest, finding, passport, clock.instant()));
        }
        news.bindNext();
        return require(name);
    }

    /// Notes that the model belongs on the pool, in this precision. Whoever runs pools loads it.
    /// Repeating it changes nothing; another precision in the same place is refused.
    @Requires(Permission.OPERATE_MODELS)
    public Model deploy(String name, PoolId pool, Model.Precision precision) {
        var model = require(name);
        if (residency.place(pool).isEmpty()) {
            throw Refused.of(ErrorCode.INVALID_REQUEST, "catalog.no-such-pool", pool);
        }
        if (!tables().insertDeployment(model.name(), pool, precision, clock.instant())) {
            throw Refused.of(ErrorCode.CONFLICT, "catalog.other-precision", name, pool)
                    .at("precision");
        }
        news.bindNext();
        return require(name);
    }

    /// Notes what the deployment looks up from the next request on; empty: nothing.
    @Requires(Permission.OPERATE_MODELS)
    public Model retrieve(String name, PoolId pool, Optional<Model.Retrieval> retrieval) {
        var model = require(name);
        if (model.modality() != Model.Modality.TEXT) {
            throw Refused.invalid("retrieval", "catalog.looks-nothing-up");
        }
        requireDeployed(model, pool, "pool");
        if (retrieval.isPresent()) {
            requireEncoder(retrieval.get());
        }
        // Not by what is in memory here: elsewhere something else may just have been said.
        tables().insertRetrieval(name, pool, retrieval, clock.instant());
        news.bindNext();
        return require(name);
    }

    /// The same, unless it was ever said before.
    @Requires(Permission.OPERATE_MODELS)
    public void retrieveAtFirst(String name, PoolId pool, Model.Retrieval retrieval) {
        if (!tables().knowsRetrieval(name, pool)) {
            retrieve(name, pool, Optional.of(retrieval));
        }
    }

    private void requireEncoder(Model.Retrieval retrieval) {
        var encoder = require(retrieval.encoder());
        if (encoder.modality() != Model.Modality.EMBEDDING) {
            throw Refused.invalid("retrieval.encoder", "catalog.no-encoder", encoder.name());
        }
        requireDeployed(encoder, retrieval.pool(), "retrieval.pool");
    }

    private static void requireDeployed(Model model, PoolId pool, String param) {
        if (model.deployments().stream().noneMatch(d -> d.pool().equals(pool))) {
            throw Refused.invalid(param, "catalog.not-deployed", model.name(), pool);
        }
    }

    /// Whether the model's files are still those that were registered.
    @Anyone
    public boolean isUnchanged(Model model) {
        return inspection.digest(model.directory()).equals(model.digest());
    }

    /// Of this node and this moment; nothing is written.
    @Anyone
    public void reportState(String name, PoolId pool, Model.State state) {
        states.put(new Place(name, pool), state);
    }

    private Model require(String name) {
        return find(name)
                .orElseThrow(
                        () -> Refused.of(ErrorCode.MODEL_NOT_FOUND, "catalog.no-such-model", name));
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid("name", "catalog.name-form");
        }
    }

    private static void demandSameFiles(String name, boolean same) {
        if (!same) {
            throw Refused.of(ErrorCode.CONFLICT, "catalog.other-files", name).at("name");
        }
    }

    private List<CatalogTables.Entry> entries() {
        news.demandFresh();
        return entries;
    }

    private final class Pictured implements News.Picture {
        @Override
        public void readAll(Handle handle) {
            entries = CatalogTables.all(handle);
        }

        /// One picture, whatever of it changed.
        @Override
        public void read(Handle handle, Set<String> models) {
            readAll(handle);
        }
    }

    private Model model(CatalogTables.Entry entry) {
        var deployments =
                entry.places().stream()
                        .map(
                                place ->
                                        new Model.Deployment(
                                                place.pool(),
                                                state(entry.name(), place.pool()),
                                                place.precision(),
                                                place.retrieval()))
                        .toList();
        return entry.with(store().directory(entry.digest()), deployments);
    }

    private Model.State state(String name, PoolId pool) {
        return states.getOrDefault(new Place(name, pool), Model.State.STARTING);
    }

    private CatalogTables tables() {
        return new CatalogTables(platform);
    }

    private ModelStore store() {
        return new ModelStore(Path.of(home).resolve("models"));
    }

    private record Place(String model, PoolId pool) {}
}
