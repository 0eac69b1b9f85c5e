package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The checkout as the server sees it in development: for each module of ours that the WAR holds,
/// where its sources and its classes are; and the libraries of others.
/// @param libraries of others, by their names in the WAR
record SourceModules(Path root, List<Module> modules, Map<String, Path> libraries) {
    private static final String LIBRARIES = "WEB-INF/lib/";

    /// @param jar the module's name among the WAR's libraries; empty for the module that is the WAR
    record Module(Path folder, String jar) {
        Path sources() {
            return folder.resolve("src/main");
        }

        Path classes() {
            return folder.resolve("target/classes");
        }

        /// Whether it is the WAR itself, whose pages and styles have a folder of their own.
        boolean war() {
            return jar.isEmpty();
        }

        Path pages() {
            return sources().resolve("webapp");
        }

        /// What the build took out of others' archives for the pages to load.
        Path viewer() {
            return folder.resolve("target/webjar");
        }
    }

    SourceModules {
        modules = List.copyOf(modules);
        libraries = Map.copyOf(libraries);
    }

    /// As the latest build left them.
    static SourceModules of(Path root) {
        var war = PortalServer.builtWar(root);
        if (!Files.isRegularFile(war)) {
            throw new Trouble("The product is not built: run mvn package in " + root + ".");
        }
        var unpacked = war.resolveSibling("allodium").resolve(LIBRARIES);
        var modules = new ArrayList<Module>();
        var libraries = new TreeMap<String, Path>();
        modules.add(new Module(root.resolve("portal-ui"), ""));
        var ours = builtModules(root);
        for (var name : libraryNames(war)) {
            var module = ours.get(name);
            if (module != null) {
                modules.add(new Module(module, name));
            } else {
                libraries.put(name, unpacked.resolve(name));
            }
        }
        return new SourceModules(root, modules, libraries);
    }

    /// Folders of modules by the archive that they were packed into.
    private static Map<String, Path> builtModules(Path root) {
        var found = new TreeMap<String, Path>();
        try (var folders = Files.walk(root, 2)) {
            for (var folder : folders.filter(SourceModules::isModule).toList()) {
                try (var files = Files.list(folder.resolve("target"))) {
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".jar"))
                            .forEach(name -> found.put(name, folder));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return found;
    }

    private static boolean isModule(Path folder) {
        return Files.exists(folder.resolve("pom.xml"))
                && Files.isDirectory(folder.resolve("target/classes"));
    }

    private static List<String> libraryNames(Path war) {
        try (var archive = new ZipFile(war.toFile())) {
            Enumeration<? extends ZipEntry> entries = archive.entries();
            var names = new ArrayList<String>();
            while (entries.hasMoreElements()) {
                var name = entries.nextElement().getName();
                if (name.startsWith(LIBRARIES) && name.endsWith(".jar")) {
                    names.add(name.substring(LIBRARIES.length()));
                }
            }
            return names;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// What Open Liberty reads in place of a WAR: where each part of it lies on this disk.
    String looseApplication() {
        var xml = new StringBuilder("<archive>\n");
        for (var module : modules) {
            if (module.war()) {
                folder(xml, module.pages(), "/");
                folder(xml, module.viewer(), "/");
                folder(xml, module.classes(), "/WEB-INF/classes");
            } else {
                xml.append(
                        "<archive targetInArchive=\"/%s%s\">\n".formatted(LIBRARIES, module.jar));
                folder(xml, module.classes(), "/");
                xml.append("</archive>\n");
            }
        }
        libraries.forEach(
                (name, file) ->
                        xml.append(
                                "<file sourceOnDisk=\"%s\" targetInArchive=\"/%s%s\"/>\n"
                                        .formatted(escaped(file), LIBRARIES, name)));
        return xml.append("</archive>\n").toString();
    }

    private static void folder(StringBuilder xml, Path source, String target) {
        xml.append(
                "<dir sourceOnDisk=\"%s\" targetInArchive=\"%s\"/>\n"
                        .formatted(escaped(source), target));
    }

    private static String escaped(Path path) {
        return path.toString().replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
