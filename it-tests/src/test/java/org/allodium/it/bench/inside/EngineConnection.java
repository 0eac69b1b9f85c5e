package org.allodium.it.bench.inside;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// One kept connection to an engine that speaks as OpenAI does, asked for one answer at a time. A
/// prompt is its tokens, of which an engine of the same model understands the same.
final class EngineConnection {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Socket socket;
    private final InputStream in;

    EngineConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 8_192);
    }

    record Answer(String text, int tokens) {}

    Answer ask(List<Long> prompt, int maxTokens) throws IOException {
        try {
            send(prompt, maxTokens);
            return receive();
        } catch (IOException | RuntimeException broken) {
            socket.close();
            throw broken;
        }
    }

    private void send(List<Long> prompt, int maxTokens) throws IOException {
        var body =
                prompt.stream()
                        .map(String::valueOf)
                        .collect(
                                Collectors.joining(
                                        ",",
                                        "{\"model\":\"mock\",\"max_tokens\":"
                                                + maxTokens
                                                + ",\"prompt\":[",
                                        "]}"));
        var request =
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private Answer receive() throws IOException {
        var status = line();
        int length = 0;
        for (var header = line(); !header.isEmpty(); header = line()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        var answer = JSON.readTree(in.readNBytes(length));
        if (!status.contains(" 200 ")) {
            throw new IOException("The engine answered " + status);
        }
        return new Answer(
                answer.at("/choices/0/message/content").asString(),
                answer.at("/usage/completion_tokens").asInt());
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The engine closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
