package org.allodium.launcher;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The launcher's few calls to the servers that it started.
final class Http {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(3))
                    .build();

    private Http() {}

    static boolean answers(String url) {
        return get(url).filter(answer -> answer.statusCode() == 200).isPresent();
    }

    /// Empty while nobody answers there.
    static Optional<HttpResponse<String>> get(String url) {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
            return Optional.of(CLIENT.send(request, BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /// Sends and reads the whole answer; a server that does not answer is told as trouble.
    static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new Trouble(
                    request.uri().getAuthority()
                            + " does not answer: look at ./allodium status and ./allodium logs.",
                    failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /// A good answer's body goes into the file, any other's into the answer. A body that breaks off
    /// is an error.
    static HttpResponse<String> download(HttpRequest request, Path file) throws IOException {
        try {
            return CLIENT.send(
                    request,
                    head ->
                            head.statusCode() == 200
                                    ? BodySubscribers.mapping(
                                            BodySubscribers.ofFile(file), Path::toString)
                                    : BodySubscribers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException absent) {
            throw new Trouble(
                    request.uri().getAuthority()
                            + " does not answer: look at ./allodium status and ./allodium logs.",
                    absent);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static Trouble interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new Trouble("Interrupted.", cause);
    }
}
