package org.allodium.it.bench.inside;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.serving.internal.pools.Pools;

/// Inside the measured server: sets the pace of its models, and writes a stream as barely as a
/// servlet can, one event a token, each as long as the product's.
@WebServlet(urlPatterns = "/bench/*", asyncSupported = true)
public class PaceServlet extends HttpServlet {
    private static final String BEFORE =
            "data: {\"id\":\"chatcmpl-01234567890123456789012345\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1700000000,\"model\":\"allodium-guide\",\"system_fingerprint\":\"fp_0123456789abcdef\","
                    + "\"service_tier\":\"default\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    private static final String AFTER = "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    private final Pace pace = new Pace();

    @Inject Pools pools;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (request.getPathInfo()) {
            case "/pace" -> pace(number(request, "nanos"));
            case "/memory" -> response.getWriter().print(held());
            case "/bare" -> bare(request, response);
            case String other -> response.sendError(404, other);
        }
    }

    private void pace(long nanos) {
        for (var pool : pools.all()) {
            if (pool instanceof ChatPool chat) {
                pools.add(new PacedPool(chat, pace, nanos));
            }
        }
    }

    /// Bytes of the heap that are reachable.
    private static long held() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void bare(HttpServletRequest request, HttpServletResponse response) {
        var async = request.startAsync(request, response);
        async.setTimeout(0);
        int tokens = (int) number(request, "tokens");
        long nanos = number(request, "nanos");
        Thread.startVirtualThread(() -> write(async, tokens, nanos));
    }

    private void write(AsyncContext async, int tokens, long nanos) {
        try {
            var response = async.getResponse();
            response.setContentType("text/event-stream");
            var out = response.getOutputStream();
            said(out, tokens, nanos);
            write(out, "data: [DONE]\n\n");
        } catch (IOException | InterruptedException gone) {
            // Nobody reads it any more.
        } finally {
            async.complete();
        }
    }

    /// A token is an event, which leaves by itself.
    private void said(OutputStream out, int tokens, long nanos)
            throws IOException, InterruptedException {
        var heard = new LinkedBlockingQueue<String>();
        var voice = pace.begin(tokens, nanos, new Queueing(heard));
        for (int left = tokens; left > 0; left--) {
            write(out, BEFORE + heard.take() + AFTER);
            if (nanos == 0 && left > 1) {
                pace.next(voice);
            }
        }
    }

    private record Queueing(BlockingQueue<String> heard) implements Pace.Hearer {
        @Override
        public void token(String text, int saidSoFar) {
            heard.add(text);
        }

        @Override
        public void end(boolean whole, int said) {}
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write(event.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static long number(HttpServletRequest request, String name) {
        return Long.parseLong(request.getParameter(name));
    }
}
