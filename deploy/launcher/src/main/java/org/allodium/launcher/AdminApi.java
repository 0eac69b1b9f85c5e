package org.allodium.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The running server's `/admin/v1`, asked with the operations token: as an operator.
record AdminApi(StackSettings settings, DataFolder folder) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// @param path below `/admin/v1`
    HttpRequest.Builder request(String path) {
        String token;
        try {
            token = Files.readString(folder.operationsToken()).strip();
        } catch (IOException absent) {
            throw new Trouble("Allodium was never started here: run ./allodium up first.", absent);
        }
        return HttpRequest.newBuilder(URI.create(settings.managementUrl() + "/admin/v1" + path))
                .timeout(Duration.ofMinutes(10))
                .header("Authorization", "Bearer " + token);
    }

    /// The answer; a refusal is told as trouble, in the server's words.
    JsonNode call(HttpRequest.Builder request) {
        return read(Http.send(request.build()));
    }

    /// Into a new file, whole or not at all.
    void download(HttpRequest.Builder request, Path file) {
        var draft = file.resolveSibling(file.getFileName() + ".part");
        try {
            var answer = Http.download(request.build(), draft);
            if (answer.statusCode() != 200) {
                read(answer);
                throw new Trouble(status(answer.statusCode()));
            }
            Files.move(draft, file);
        } catch (IOException failed) {
            throw new Trouble(
                    file + " could not be written whole: " + failed.getMessage() + ".", failed);
        } finally {
            delete(draft);
        }
    }

    private static void delete(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException failed) {
            throw new Trouble(draft + " could not be deleted.", failed);
        }
    }

    private static JsonNode read(HttpResponse<String> response) {
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JacksonException notJson) {
            throw new Trouble(
                    "The server answered with status " + response.statusCode() + ".", notJson);
        }
        if (response.statusCode() >= 300) {
            throw new Trouble(message(answer, response.statusCode()));
        }
        return answer;
    }

    private static String message(JsonNode answer, int status) {
        for (var path : List.of("/error/message", "/message", "/detail", "/title")) {
            var found = answer.at(path);
            if (found.isString()) {
                return found.asString();
            }
        }
        return status(status);
    }

    private static String status(int status) {
        return "The server refused with status " + status + ".";
    }
}
