package org.allodium.serving.rest;

import org.allodium.kernel.Refused;
import org.allodium.serving.ServingMeters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is written down of a request that ended in a failure: a counter and a line, once.
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /// @param meters absent where policy keeps metrics away from the request
    static void note(
            String requestId, Throwable failure, ErrorBody error, @Nullable ServingMeters meters) {
        if (meters != null) {
            boolean known = failure instanceof Refused;
            if (!known) {
                meters.unexpected();
            }
            meters.refused(error.code());
        }
        switch (error.code().kind()) {
            case OURS, UPSTREAM -> {
                if (failure instanceof Error) {
                    // Its trace may have a thousand lines, and its message a part of the request.
                    LOG.error("{} failed: {} at {}", requestId, name(failure), place(failure));
                } else {
                    LOG.error("{} failed", requestId, failure);
                }
            }
            case CALLER, FORBIDDEN, CAPACITY ->
                    LOG.debug("{} refused: {}", requestId, error.message());
        }
    }

    private static String name(Throwable failure) {
        return failure.getClass().getName();
    }

    private static String place(Throwable failure) {
        var trace = failure.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }
}
