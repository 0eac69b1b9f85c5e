package org.allodium.portal.shell;

import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.page.AppShellConfigurator;
import com.vaadin.flow.component.page.Push;
import com.vaadin.flow.component.page.Viewport;
import com.vaadin.flow.server.AppShellSettings;
import com.vaadin.flow.shared.communication.PushMode;
import com.vaadin.flow.shared.ui.Transport;
import com.vaadin.flow.theme.aura.Aura;

/// What every page loads. Messages of the browser come by ordinary requests, so that each passes
/// [ScopeFilter]; only what the server pushes goes over the web socket.
@Push(value = PushMode.AUTOMATIC, transport = Transport.WEBSOCKET_XHR)
@StyleSheet(Aura.STYLESHEET)
@StyleSheet("context://styles/tokens.css")
@StyleSheet("context://styles/shell.css")
@StyleSheet("context://styles/pages.css")
@Viewport("width=device-width, initial-scale=1")
public class PortalShell implements AppShellConfigurator {
    @Override
    public void configurePage(AppShellSettings settings) {
        settings.setPageTitle("Allodium");
        settings.addFavIcon("icon", "icons/allodium.svg", "any");
        settings.addMetaTag("color-scheme", "light dark");
    }
}
