package org.allodium.serving.rest;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.allodium.evidence.Receipts;

/// `GET /.well-known/jwks.json`: the keys with which receipts are checked, for everybody.
@WebServlet("/.well-known/jwks.json")
public class JwksServlet extends HttpServlet {
    @Inject Receipts receipts;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("application/jwk-set+json");
        response.setHeader("Cache-Control", "public, max-age=300");
        response.getOutputStream().write(receipts.jwks().getBytes(StandardCharsets.UTF_8));
    }
}
