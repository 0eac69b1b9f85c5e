package org.allodium.serving.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.allodium.serving.AnswerListener.ClientWatch;
import org.jspecify.annotations.Nullable;

/// One HTTP request and its response, as little of both as the API needs.
interface Exchange {
    String method();

    /// Below the servlet's own path, undecoded: `/models/a%2Fb`.
    String path();

    /// Undecoded, without the question mark.
    @Nullable String query();

    @Nullable String header(String name);

    /// The caller's own demand on the place of its answer.
    default Optional<String> residency() {
        return Optional.ofNullable(header("x-residency"));
    }

    /// What the caller says that its request holds.
    default Optional<String> dataClass() {
        return Optional.ofNullable(header("x-data-class"));
    }

    InputStream body() throws IOException;

    void status(int status);

    int status();

    void header(String name, String value);

    /// The response's body; nothing arrives for `HEAD`.
    OutputStream out() throws IOException;

    /// True once status and headers have left.
    boolean committed();

    /// The peer's address as the server saw it.
    String remoteAddress();

    /// Runs `gone` if the peer hangs up before the watch is closed.
    ClientWatch watchPeer(Runnable gone);
}
