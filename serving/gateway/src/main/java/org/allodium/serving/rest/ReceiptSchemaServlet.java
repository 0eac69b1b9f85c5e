package org.allodium.serving.rest;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.allodium.evidence.ReceiptSchema;

/// `GET /.well-known/receipt-schema/{version}.json`, for everybody, as receipts name it.
@WebServlet(ReceiptSchema.FOLDER + "*")
public class ReceiptSchemaServlet extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var schema = schema(Optional.ofNullable(request.getPathInfo()).orElse(""));
        if (schema.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setContentType("application/schema+json");
        // A version's schema never changes.
        response.setHeader("Cache-Control", "public, max-age=86400, immutable");
        response.getOutputStream().write(schema.get().getBytes(StandardCharsets.UTF_8));
    }

    static Optional<String> schema(String path) {
        return path.matches("/[1-9]\\d{0,3}\\.json")
                ? ReceiptSchema.text(Integer.parseInt(path.substring(1, path.indexOf('.'))))
                : Optional.empty();
    }
}
