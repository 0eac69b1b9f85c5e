package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What comes from another node.
class AnswerCacheTest {
    private static final Duration LIFESPAN = Duration.ofHours(1);
    private static final byte[] ANSWER =
            AnswerText.write(new AnswerCache.Answer("r", "p", 1, 1, List.of()));

    private final Clock clock = Clock.systemUTC();
    private final AnswerCache cache = new AnswerCache(1_000_000, LIFESPAN, clock);

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void livesNoLongerThanWhereItWasMade() {
        var now = clock.instant();
        cache.hear("past", ANSWER, now.minusMillis(1));
        cache.hear("soon", ANSWER, now.plus(Duration.ofMinutes(10)));
        assertThat(kept()).containsOnlyKeys("soon");
        assertThat(kept().get("soon")).isBeforeOrEqualTo(now.plus(Duration.ofMinutes(11)));
    }

    @Test
    void livesNoLongerThanOnesOwnWhateverTheOthersClockSays() {
        cache.hear("late", ANSWER, clock.instant().plus(Duration.ofDays(30)));
        assertThat(kept().get("late"))
                .isBeforeOrEqualTo(clock.instant().plus(LIFESPAN).plusSeconds(1));
    }

    @Test
    void isNotKeptWhereItCannotBeRead() {
        var until = clock.instant().plus(LIFESPAN);
        cache.hear("broken", new byte[] {1, 2, 3}, until);
        cache.hear("other", "{}".getBytes(StandardCharsets.UTF_8), until);
        assertThat(kept()).isEmpty();
    }

    private Map<String, Instant> kept() {
        var all = new LinkedHashMap<String, Instant>();
        cache.each((digest, _, until) -> all.put(digest, until));
        return all;
    }
}
