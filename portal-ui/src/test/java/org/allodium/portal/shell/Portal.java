package org.allodium.portal.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The classes of the portal that ship.
final class Portal {
    private static final String SUFFIX = ".class";

    private Portal() {}

    static List<Class<?>> classes() {
        var root = root();
        try (var files = Files.walk(root.resolve("org/allodium/portal"))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(SUFFIX) && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .<Class<?>>map(name -> type(name.replace('/', '.')))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Class<?> type(String name) {
        try {
            return Class.forName(name, false, Portal.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path root() {
        try {
            var source = PortalServlet.class.getProtectionDomain().getCodeSource();
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
