package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the present supervisor did, in a file that `./allodium status` reads.
/// @param restarts the latest, oldest first
/// @param counts how often each component was restarted, by its label
/// @param gaveUp why nothing is restarted any more, with its moment; absent while it watches
record SupervisorDiary(
        Instant since,
        List<Restart> restarts,
        java.util.Map<String, Integer> counts,
        @Nullable GivingUp gaveUp) {

    private static final int KEPT = 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// @param why what the component said last
    /// @param failure why the restart did not work; absent where it did
    record Restart(String component, Instant at, String why, @Nullable String failure) {}

    record GivingUp(String component, Instant at, String why) {}

    SupervisorDiary {
        restarts = List.copyOf(restarts);
        counts = java.util.Map.copyOf(counts);
    }

    static SupervisorDiary begun(Instant now) {
        return new SupervisorDiary(now, List.of(), java.util.Map.of(), null);
    }

    SupervisorDiary with(Restart restart) {
        var all = new ArrayList<>(restarts);
        all.add(restart);
        var counted = new java.util.HashMap<>(counts);
        counted.merge(restart.component(), 1, Integer::sum);
        return new SupervisorDiary(
                since, all.subList(Math.max(0, all.size() - KEPT), all.size()), counted, gaveUp);
    }

    SupervisorDiary with(GivingUp end) {
        return new SupervisorDiary(since, restarts, counts, end);
    }

    void write(DataFolder folder) {
        DataFolder.writePrivate(file(folder), JSON.writeValueAsBytes(this));
    }

    /// Nothing where no supervisor ever watched, or where its file is broken.
    static @Nullable SupervisorDiary read(DataFolder folder) {
        try {
            return Files.exists(file(folder))
                    ? JSON.readValue(Files.readAllBytes(file(folder)), SupervisorDiary.class)
                    : null;
        } catch (JacksonException broken) {
            return null;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static void forget(DataFolder folder) {
        DataFolder.delete(file(folder));
    }

    private static Path file(DataFolder folder) {
        return folder.run().resolve("supervisor.json");
    }
}
