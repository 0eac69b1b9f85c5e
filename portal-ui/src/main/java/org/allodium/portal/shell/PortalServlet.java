package org.allodium.portal.shell;

import com.vaadin.cdi.CdiVaadinServlet;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.servlet.annotation.WebInitParam;
import jakarta.servlet.annotation.WebServlet;

/// Serves the portal at every path that nothing more specific claims.
@WebServlet(
        name = "portal",
        urlPatterns = "/*",
        asyncSupported = true,
        loadOnStartup = 1,
        initParams = {
            @WebInitParam(name = "i18n.provider", value = "org.allodium.portal.text.Messages"),
            @WebInitParam(name = "closeIdleSessions", value = "true")
        })
// No transaction context: inside one the server keeps every connection until the task ends, and an
// answer that streams in the playground would hold its own (decision 0021).
@ContextServiceDefinition(
        name = "java:app/concurrent/PageContext",
        cleared = {},
        unchanged = ContextServiceDefinition.TRANSACTION,
        propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedExecutorDefinition(
        name = "java:app/concurrent/PageThreads",
        context = "java:app/concurrent/PageContext",
        virtual = true,
        qualifiers = PageThreads.class)
public class PortalServlet extends CdiVaadinServlet {}
