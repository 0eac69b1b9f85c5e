package org.allodium.sovereignty.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.sovereignty.PolicyStack.Layer;

/// Digests of layers of policy. The same few lie over all requests, and writing them out as JSON
/// takes longer than judging a pool by them.
public final class PolicyDigests {
    private static final int MOST = 4_096;
    private static final Map<List<Layer>, String> KNOWN = new ConcurrentHashMap<>();

    private PolicyDigests() {}

    public static String of(List<Layer> layers) {
        var known = KNOWN.get(layers);
        if (known == null) {
            known = Canonical.digest(layers);
            if (KNOWN.size() >= MOST) {
                KNOWN.clear();
            }
            KNOWN.put(layers, known);
        }
        return known;
    }
}
