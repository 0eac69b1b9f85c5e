package org.allodium.portal.parts;

import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.notification.NotificationVariant;

/// A short word on what happened. Failures stay longer and are announced at once.
public final class Notice {
    private static final int SHORT_MILLIS = 4_000;
    private static final int LONG_MILLIS = 12_000;

    private Notice() {}

    public static void done(String text) {
        show(text, SHORT_MILLIS, NotificationVariant.SUCCESS);
    }

    public static void failure(String text) {
        var notice = show(text, LONG_MILLIS, NotificationVariant.ERROR);
        notice.setAssertive(true);
    }

    private static Notification show(String text, int millis, NotificationVariant variant) {
        var notice = Notification.show(text, millis, Notification.Position.BOTTOM_END);
        notice.addThemeVariants(variant);
        return notice;
    }
}
