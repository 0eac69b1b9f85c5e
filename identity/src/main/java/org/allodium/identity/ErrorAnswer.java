package org.allodium.identity;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.allodium.kernel.Ids;
import tools.jackson.databind.json.JsonMapper;

/// The error object of `/v1`, with an id, for what is refused outside it: whoever asks what became
/// of a request can name it, and a program reads one form of error everywhere.
public record ErrorAnswer(int status, String code, String message) {
    public void write(HttpServletResponse response, Clock clock) throws IOException {
        response.setStatus(status);
        response.setHeader("x-request-id", Ids.prefixed("req_", clock));
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json; charset=utf-8");
        response.getOutputStream().write(json().getBytes(StandardCharsets.UTF_8));
    }

    String json() {
        var body = JsonMapper.shared().createObjectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", type())
                .putNull("param")
                .put("code", code);
        return JsonMapper.shared().writeValueAsString(body);
    }

    private String type() {
        if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
            return "server_error";
        }
        return status == HttpServletResponse.SC_FORBIDDEN
                ? "permission_error"
                : "invalid_request_error";
    }
}
