package org.allodium.it.product;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Starts the product before the first `*IT` class and stops it after the last.
public final class ProductSession implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean("allodium.it.product")) {
            Product.start();
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        Product.stop();
    }
}
