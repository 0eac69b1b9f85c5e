package org.allodium.portal.programmes;

import com.vaadin.flow.shared.Registration;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Tells open pages of an organisation that one of its applications was decided. It holds no truth:
/// a page that misses the word sees the verdict when it loads.
@ApplicationScoped
public class Verdicts {
    private final Map<TenantId, Set<Runnable>> listeners = new ConcurrentHashMap<>();

    public Registration listen(TenantId tenant, Runnable listener) {
        listeners.computeIfAbsent(tenant, key -> ConcurrentHashMap.newKeySet()).add(listener);
        return () -> listeners.computeIfPresent(tenant, (key, heard) -> without(heard, listener));
    }

    public void announce(TenantId tenant) {
        listeners.getOrDefault(tenant, Set.of()).forEach(Runnable::run);
    }

    private static @Nullable Set<Runnable> without(Set<Runnable> heard, Runnable listener) {
        heard.remove(listener);
        return heard.isEmpty() ? null : heard;
    }
}
