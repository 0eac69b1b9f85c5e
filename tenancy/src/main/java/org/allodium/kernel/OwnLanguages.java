package org.allodium.kernel;

import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// English has the bundle without a suffix; no language falls to that of the machine.
public class OwnLanguages extends ResourceBundle.Control {
    @Override
    public final List<String> getFormats(String name) {
        return FORMAT_PROPERTIES;
    }

    @Override
    public final @Nullable Locale getFallbackLocale(String name, Locale locale) {
        return null;
    }
}
