package org.allodium.sovereignty;

/// One thing that a pool does with one category of data, and the facility where it happens. A log
/// may be written elsewhere than the engine runs.
public record ProcessingActivity(
        String pool, PlacementRequest.Activity kind, DataCategory category, String facility)
        implements Fact {
    @Override
    public String key() {
        return pool + "/" + kind + "/" + category;
    }
}
