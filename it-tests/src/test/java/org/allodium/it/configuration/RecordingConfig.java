package org.allodium.it.configuration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;

/// A configuration in which next to nothing is set, and that notes what it was asked for.
final class RecordingConfig implements Config {
    private final Map<String, String> set;
    private final SortedMap<String, String> asked = new TreeMap<>();

    RecordingConfig(Map<String, String> set) {
        this.set = Map.copyOf(set);
    }

    /// The keys, each with the type that its value has to have.
    SortedMap<String, String> asked() {
        return asked;
    }

    @Override
    public <T> Optional<T> getOptionalValue(String key, Class<T> type) {
        asked.put(key, type.getSimpleName());
        return Optional.ofNullable(set.get(key)).map(type::cast);
    }

    @Override
    public <T> T getValue(String key, Class<T> type) {
        return getOptionalValue(key, type)
                .orElseThrow(() -> new AssertionError(key + " has no default"));
    }

    @Override
    public ConfigValue getConfigValue(String key) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public Iterable<String> getPropertyNames() {
        return set.keySet();
    }

    @Override
    public Iterable<ConfigSource> getConfigSources() {
        return List.of();
    }

    @Override
    public <T> Optional<Converter<T>> getConverter(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException(type.getName());
    }
}
