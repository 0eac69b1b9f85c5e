package org.allodium.serving.rest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.allodium.serving.AnswerListener.ClientWatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request without a socket. Header names are those of HTTP: case does not matter.
final class FakeExchange implements Exchange {
    private final String method;
    private final String path;
    private final byte[] body;
    private final TreeMap<String, String> asked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final TreeMap<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private @Nullable String query;
    private int status = 200;
    private int bytesThatFit = Integer.MAX_VALUE;
    private @Nullable IOException broken;
    int bytesRead;

    private FakeExchange(String method, String path, byte[] body) {
        this.method = method;
        this.path = path;
        this.body = body;
    }

    static FakeExchange get(String path) {
        return new FakeExchange("GET", path, new byte[0]).with("Authorization", "Bearer good");
    }

    static FakeExchange of(String method, String path) {
        return new FakeExchange(method, path, new byte[0]).with("Authorization", "Bearer good");
    }

    static FakeExchange post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    static FakeExchange post(String path, byte[] body) {
        return new FakeExchange("POST", path, body)
                .with("Authorization", "Bearer good")
                .with("Content-Type", "application/json; charset=utf-8");
    }

    FakeExchange with(String name, String value) {
        asked.put(name, value);
        return this;
    }

    FakeExchange asking(String parameters) {
        query = parameters;
        return this;
    }

    FakeExchange without(String name) {
        asked.remove(name);
        return this;
    }

    /// The client hangs up after so many bytes.
    FakeExchange hangingUpAfter(int bytes) {
        bytesThatFit = bytes;
        return this;
    }

    /// The client's body breaks off: the stream fails again and again in the same way.
    FakeExchange failing(IOException how) {
        broken = how;
        return this;
    }

    String answered(String name) {
        return answered.getOrDefault(name, "");
    }

    boolean hasAnswered(String name) {
        return answered.containsKey(name);
    }

    String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(text());
    }

    JsonNode error() {
        return json().path("error");
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        return asked.get(name);
    }

    @Override
    public InputStream body() {
        var failure = broken;
        if (failure != null) {
            return new Broken(failure);
        }
        return new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                int n = super.read(into, offset, length);
                bytesRead += Math.max(0, n);
                return n;
            }
        };
    }

    @Override
    public void status(int code) {
        status = code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public void header(String name, String value) {
        if (committed()) {
            throw new IllegalStateException(name + " comes after the first byte");
        }
        answered.put(name, value);
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (out.size() >= bytesThatFit) {
                    throw new IOException("Broken pipe");
                }
                out.write(b);
            }
        };
    }

    @Override
    public boolean committed() {
        return out.size() > 0;
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public ClientWatch watchPeer(Runnable gone) {
        return () -> {};
    }

    private static final class Broken extends InputStream {
        private final IOException how;

        Broken(IOException how) {
            this.how = how;
        }

        @Override
        public int read() throws IOException {
            throw how;
        }

        @Override
        public void close() throws IOException {
            throw how;
        }
    }
}
