package org.allodium.serving.internal.pools;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.allodium.catalog.Model;
import org.allodium.engine.SamplingDefaults;
import org.allodium.sovereignty.PoolId;

/// The copies of models that run now. A copy belongs to one pool, one digest and one precision;
/// names that stand for the same files share it.
@ApplicationScoped
public class Pools {
    private final Map<Place, ModelPool> running = new ConcurrentHashMap<>();

    public void add(ModelPool pool) {
        running.put(new Place(pool.digest(), pool.precision(), pool.pool()), pool);
    }

    /// The copy that serves the model's deployment there.
    public Optional<ModelPool> find(Model model, PoolId pool) {
        return Optional.ofNullable(
                running.get(new Place(model.digest(), model.precision(pool), pool)));
    }

    /// Of these pools the ones that can work on the model now, the least busy first.
    public List<ModelPool> ready(Model model, List<PoolId> eligible) {
        return eligible.stream()
                .flatMap(pool -> find(model, pool).stream())
                .filter(pool -> pool.state() == Model.State.READY)
                .sorted(Comparator.comparingInt(ModelPool::waiting))
                .toList();
    }

    /// As the model's files say, of which every copy has the same.
    public SamplingDefaults samplingDefaults(Model model) {
        return model.deployments().stream()
                .flatMap(d -> find(model, d.pool()).stream())
                .flatMap(pool -> pool instanceof ChatPool chat ? Stream.of(chat) : Stream.of())
                .findFirst()
                .map(ChatPool::samplingDefaults)
                .orElse(SamplingDefaults.NONE);
    }

    public int waiting(Model model) {
        return model.deployments().stream()
                .flatMap(d -> find(model, d.pool()).stream())
                .mapToInt(ModelPool::waiting)
                .sum();
    }

    public List<ModelPool> all() {
        return List.copyOf(running.values());
    }

    private record Place(String digest, Model.Precision precision, PoolId pool) {}
}
