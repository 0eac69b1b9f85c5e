package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What was saved, added or deleted below some folders since it was last asked. It looks at times
/// and sizes: a thousand files take some milliseconds, and no limit on watches is in the way.
final class SavedFiles {
    private record State(long millis, long size) {}

    private final List<Path> folders;
    private Map<Path, State> known;

    SavedFiles(List<Path> folders) {
        this.folders = List.copyOf(folders);
        this.known = look();
    }

    Set<Path> changed() {
        var now = look();
        var changed = new TreeSet<Path>();
        now.forEach(
                (path, state) -> {
                    if (!state.equals(known.get(path))) {
                        changed.add(path);
                    }
                });
        known.keySet().stream().filter(path -> !now.containsKey(path)).forEach(changed::add);
        known = now;
        return changed;
    }

    private Map<Path, State> look() {
        var states = new HashMap<Path, State>();
        for (var folder : folders) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var all = Files.find(folder, Integer.MAX_VALUE, (path, at) -> saved(path, at))) {
                all.forEach(path -> note(path, states));
            } catch (IOException | UncheckedIOException beingReplaced) {
                // Looked at in the middle of a checkout of another branch: nothing changed yet.
                return known == null ? states : known;
            }
        }
        return states;
    }

    private static void note(Path path, Map<Path, State> states) {
        try {
            var at = Files.readAttributes(path, BasicFileAttributes.class);
            states.put(path, new State(at.lastModifiedTime().toMillis(), at.size()));
        } catch (IOException goneMeanwhile) {
            states.remove(path);
        }
    }

    /// Editors write beside the file what they have not saved yet.
    private static boolean saved(Path path, BasicFileAttributes at) {
        var name = path.getFileName().toString();
        return at.isRegularFile()
                && !name.startsWith(".")
                && !name.startsWith("#")
                && !name.endsWith("~")
                && !name.endsWith(".tmp");
    }
}
