package org.allodium.catalog;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.allodium.sovereignty.PoolId;

/// Which models exist and where they are deployed. Public names are unique and may contain slashes.
@ApplicationScoped
public class ModelCatalog {
    /// In stable order: by name.
    public List<Model> all() {
        throw new UnsupportedOperationException();
    }

    public Optional<Model> find(String name) {
        throw new UnsupportedOperationException();
    }

    /// Checks the directory, takes a copy into the store, computes its digest and registers it.
    public Model register(String name, Path directory) {
        throw new UnsupportedOperationException();
    }

    public Model deploy(String name, PoolId pool) {
        throw new UnsupportedOperationException();
    }

    public void reportState(String name, PoolId pool, Model.State state) {
        throw new UnsupportedOperationException();
    }
}
