package org.allodium.sovereignty;

/// One thing that a pool, or the installation around all pools, does with a category of data, and
/// the facility. A log may be written elsewhere than the engine runs. See decision 0126.
public record ProcessingActivity(
        String pool, PlacementRequest.Activity kind, DataCategory category, String facility)
        implements Fact {
    /// Stands where a pool would: whose machines take requests in and keep what follows from them.
    public static final PoolId INSTALLATION = new PoolId("installation");

    @Override
    public String key() {
        return pool + "/" + kind + "/" + category;
    }
}
