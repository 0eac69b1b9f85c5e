package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.WrappedSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// In which place each open document of a session was loaded. A click names its document and
/// nothing else; so two tabs of one browser work in two organisations.
final class OpenPages implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String ATTRIBUTE = "allodium.open-pages";
    private static final Pattern DOWNLOAD = Pattern.compile("/VAADIN/dynamic/resource/(\\d+)/.*");

    private final Map<String, String> paths = new ConcurrentHashMap<>();

    /// Kept until the document is closed.
    static void opened(UI ui, VaadinRequest request) {
        var id = String.valueOf(ui.getUIId());
        var kept = of(request.getWrappedSession()).paths;
        kept.put(id, Optional.ofNullable(request.getParameter("location")).orElse(""));
        ui.addDetachListener(closed -> kept.remove(id));
    }

    private static OpenPages of(WrappedSession session) {
        if (session.getAttribute(ATTRIBUTE) instanceof OpenPages open) {
            return open;
        }
        var first = new OpenPages();
        session.setAttribute(ATTRIBUTE, first);
        return first;
    }

    /// The path for which a request to the portal works.
    static String path(HttpServletRequest request) {
        var type = request.getParameter("v-r");
        if ("init".equals(type)) {
            return Optional.ofNullable(request.getParameter("location")).orElse("");
        }
        var download = DOWNLOAD.matcher(request.getRequestURI());
        if (type != null || download.matches()) {
            var id = download.matches() ? download.group(1) : request.getParameter("v-uiId");
            return of(request.getSession(false), id);
        }
        return request.getRequestURI();
    }

    private static String of(@Nullable HttpSession session, @Nullable String id) {
        return session != null
                        && id != null
                        && session.getAttribute(ATTRIBUTE) instanceof OpenPages open
                ? open.paths.getOrDefault(id, "")
                : "";
    }
}
