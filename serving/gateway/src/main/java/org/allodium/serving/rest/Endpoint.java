package org.allodium.serving.rest;

import java.io.IOException;
import org.allodium.identity.Caller;
import org.allodium.serving.Arrival;
import tools.jackson.databind.node.ObjectNode;

/// What stands behind a route. There are two kinds, and what a request must pass follows from the
/// kind alone: an inference goes through a use case of `serving`, which decides, reserves and
/// meters; a reading only tells the caller what is theirs to know.
sealed interface Endpoint {
    /// `argument` is the variable part of the path, decoded; empty without one.
    non-sealed interface Reading extends Endpoint {
        void answer(Response response, Caller caller, String argument) throws IOException;
    }

    /// A checked body.
    interface Body {
        String model();
    }

    non-sealed interface Inference<Q extends Body> extends Endpoint {
        /// What the ids of its requests begin with.
        String idPrefix();

        Q parse(ObjectNode body);

        /// The request was let in before it was read, and is closed by whoever let it in.
        void answer(Response response, Arrival arrival, Q request) throws IOException;
    }
}
