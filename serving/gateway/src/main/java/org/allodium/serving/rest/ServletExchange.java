package org.allodium.serving.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.allodium.serving.AnswerListener.ClientWatch;
import org.jspecify.annotations.Nullable;

/// An exchange of the servlet container.
record ServletExchange(HttpServletRequest request, HttpServletResponse response, HangUps hangUps)
        implements Exchange {
    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        var prefix = request.getContextPath() + request.getServletPath();
        var uri = request.getRequestURI();
        return uri.startsWith(prefix) ? uri.substring(prefix.length()) : uri;
    }

    @Override
    public @Nullable String query() {
        return request.getQueryString();
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    @Override
    public InputStream body() throws IOException {
        return request.getInputStream();
    }

    @Override
    public void status(int status) {
        response.setStatus(status);
        if (status >= 400 && !response.isCommitted()) {
            OpenAfterError.keep(request, status);
        }
    }

    @Override
    public int status() {
        return response.getStatus();
    }

    @Override
    public void header(String name, String value) {
        response.setHeader(name, value);
    }

    @Override
    public OutputStream out() throws IOException {
        return "HEAD".equals(request.getMethod())
                ? OutputStream.nullOutputStream()
                : response.getOutputStream();
    }

    @Override
    public boolean committed() {
        return response.isCommitted();
    }

    @Override
    public String remoteAddress() {
        return request.getRemoteAddr();
    }

    @Override
    public ClientWatch watchPeer(Runnable gone) {
        var local = address(request.getLocalAddr(), request.getLocalPort());
        var remote = address(request.getRemoteAddr(), request.getRemotePort());
        return hangUps.watch(new SocketTable.Ends(local, remote), gone);
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }
}
