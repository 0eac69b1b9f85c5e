package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.CustomizedSystemMessages;
import com.vaadin.flow.server.SystemMessages;
import com.vaadin.flow.server.SystemMessagesInfo;
import org.allodium.portal.text.Messages;

/// What the framework would say by itself, in the portal's words. A session that ended and cookies
/// that are gone say nothing: the page loads anew at its address, and [SignInView] says it there.
final class SystemWords {
    private SystemWords() {}

    static SystemMessages of(SystemMessagesInfo info) {
        var language = Messages.nearest(info.getLocale());
        var words = new CustomizedSystemMessages();
        words.setSessionExpiredNotificationEnabled(false);
        words.setInternalErrorCaption(say(language, "failure.heading"));
        words.setInternalErrorMessage(say(language, "system.reload"));
        words.setCookiesDisabledNotificationEnabled(false);
        return words;
    }

    static void connection(UI ui) {
        var dialog = ui.getReconnectDialogConfiguration();
        dialog.setDialogText(say(ui.getLocale(), "system.reconnecting"));
        dialog.setDialogTextGaveUp(say(ui.getLocale(), "system.no-connection"));
    }
}
