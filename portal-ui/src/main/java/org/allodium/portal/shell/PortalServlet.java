package org.allodium.portal.shell;

import com.vaadin.cdi.CdiVaadinServlet;
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
@ManagedExecutorDefinition(
        name = "java:app/concurrent/PageThreads",
        virtual = true,
        qualifiers = PageThreads.class)
public class PortalServlet extends CdiVaadinServlet {}
