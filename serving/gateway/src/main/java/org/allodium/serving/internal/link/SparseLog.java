package org.allodium.serving.internal.link;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jgroups.logging.Slf4jLogImpl;

/// What JGroups says, one warning of each kind a minute: whoever knocks without keys, or a cut
/// line, must not fill our log. The ordinary and the rest are for those who look for them.
final class SparseLog extends Slf4jLogImpl {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /// Said of every connection under TLS that ends.
    private static final String ORDINARY = "graceful close";

    /// By what is said, before places and names are filled in.
    private static final Map<String, Long> SAID = new ConcurrentHashMap<>();

    private SparseLog(String category) {
        super(category);
    }

    /// For the whole process, before JGroups says anything.
    static void impose() {
        LogFactory.setCustomLogFactory(
                new CustomLogFactory() {
                    @Override
                    public Log getLog(Class<?> type) {
                        return new SparseLog(type.getName());
                    }

                    @Override
                    public Log getLog(String category) {
                        return new SparseLog(category);
                    }
                });
    }

    private static boolean isNews(String what) {
        if (what.contains(ORDINARY)) {
            return false;
        }
        long now = System.nanoTime();
        var last = SAID.get(what);
        if (last != null && now - last < PAUSE.toNanos()) {
            return false;
        }
        SAID.put(what, now);
        return true;
    }

    @Override
    public void error(String what) {
        warn(what);
    }

    @Override
    public void error(String what, Object... of) {
        warn(what, of);
    }

    @Override
    public void error(String what, Throwable why) {
        warn(what, why);
    }

    @Override
    public void warn(String what) {
        if (isNews(what)) {
            super.warn(what);
        } else {
            super.debug(what);
        }
    }

    @Override
    public void warn(String what, Object... of) {
        if (isNews(what)) {
            super.warn(what, of);
        } else {
            super.debug(what, of);
        }
    }

    @Override
    public void warn(String what, Throwable why) {
        warn(what + ": " + why);
    }

    @Override
    public void info(String what) {
        super.debug(what);
    }

    @Override
    public void info(String what, Object... of) {
        super.debug(what, of);
    }
}
