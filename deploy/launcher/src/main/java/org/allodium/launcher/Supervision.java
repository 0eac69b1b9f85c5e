package org.allodium.launcher;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether somebody watches, and what was restarted since the latest start.
/// @param diary absent where nobody watched
record Supervision(State state, @Nullable SupervisorDiary diary) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    enum State {
        WATCHES,
        KILLED,
        GAVE_UP,
        NONE
    }

    static Supervision of(DataFolder folder) {
        var diary = SupervisorDiary.read(folder);
        if (Supervisor.watches(folder)) {
            return new Supervision(State.WATCHES, diary);
        }
        if (Supervisor.wasKilled(folder)) {
            return new Supervision(State.KILLED, diary);
        }
        boolean gaveUp = diary != null && diary.gaveUp() != null;
        return new Supervision(gaveUp ? State.GAVE_UP : State.NONE, diary);
    }

    static Supervision none() {
        return new Supervision(State.NONE, null);
    }

    /// For the JSON of `./allodium status`.
    Map<String, Object> shown() {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("state", state.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        shown.put("restarts", diary == null ? Map.of() : diary.counts());
        shown.put("latest", diary == null ? List.of() : diary.restarts());
        shown.put("gave_up", diary == null ? null : diary.gaveUp());
        return shown;
    }

    /// How often and when a component was restarted last, to follow its name; nothing if never.
    String restartsOf(Component component) {
        if (diary == null) {
            return "";
        }
        return diary.restarts().reversed().stream()
                .filter(restart -> restart.component().equals(component.label()))
                .findFirst()
                .map(
                        latest ->
                                ", restarted %s, last %s%s"
                                                .formatted(
                                                        times(component),
                                                        TIME.format(latest.at()),
                                                        latest.failure() == null ? "" : " in vain")
                                        + "\n                 after: "
                                        + latest.why())
                .orElse("");
    }

    private String times(Component component) {
        int count = diary == null ? 0 : diary.counts().getOrDefault(component.label(), 0);
        return count == 1 ? "once" : count + " times";
    }

    /// In one sentence.
    String sentence() {
        return switch (state) {
            case WATCHES -> "watches, and restarts what dies";
            case KILLED ->
                    "was killed: nothing is restarted any more; ./allodium up puts a new one in its place";
            case NONE -> "does not run: nothing is restarted";
            case GAVE_UP -> {
                var end = diary == null ? null : diary.gaveUp();
                yield end == null
                        ? "gave up"
                        : "gave up at %s: %s ./allodium up tries again."
                                .formatted(TIME.format(end.at()), end.why());
            }
        };
    }
}
