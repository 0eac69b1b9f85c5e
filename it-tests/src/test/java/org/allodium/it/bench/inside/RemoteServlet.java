package org.allodium.it.bench.inside;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.serving.internal.pools.Pools;

/// Inside the measured server: puts an engine behind its models that is asked over HTTP.
@WebServlet("/remote")
public class RemoteServlet extends HttpServlet {
    @Inject Pools pools;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        int port = Integer.parseInt(request.getParameter("port"));
        for (var pool : pools.all()) {
            if (pool instanceof ChatPool chat) {
                pools.add(new RemotePool(chat, port));
            }
        }
        response.getWriter().print("remote");
    }
}
