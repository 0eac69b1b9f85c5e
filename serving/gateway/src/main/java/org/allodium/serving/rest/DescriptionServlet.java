package org.allodium.serving.rest;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// `GET /openapi`: the description of `/v1` and `/admin/v1`, for everybody. It is made when the
/// product is built (decision 0024), so nothing of a tenant or of this server can be in it.
@WebServlet("/openapi")
public class DescriptionServlet extends HttpServlet {
    private static final String FILE = "openapi.json";

    private transient byte[] description = {};

    @Override
    public void init() throws ServletException {
        try (var file = DescriptionServlet.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new ServletException("The build has left out " + FILE);
            }
            description = file.readAllBytes();
        } catch (IOException e) {
            throw new ServletException(e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("application/json; charset=utf-8");
        response.setHeader("Cache-Control", "public, max-age=300");
        response.setContentLength(description.length);
        response.getOutputStream().write(description);
    }
}
