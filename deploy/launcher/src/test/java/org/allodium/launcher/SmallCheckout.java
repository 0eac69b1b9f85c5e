package org.allodium.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/// A checkout as a build leaves it: the module `billing` in a WAR of the module `portal-ui`, with
/// one library of somebody else.
final class SmallCheckout {
    static final String PRICE =
            "package room;\npublic class Price { public static final int CENTS = 1;"
                    + " public static String text() { return \"old\"; } }\n";
    static final String PAGE =
            "package room;\npublic class Page { public String show() { return Price.text() +"
                    + " Price.CENTS; } }\n";

    private final Path root;

    SmallCheckout(Path root) throws Exception {
        this.root = root;
        write("billing/pom.xml", "");
        write("billing/target/billing-1.jar", "");
        write("portal-ui/pom.xml", "");
        write("portal-ui/src/main/webapp/styles/pages.css", "p {}");
        write("portal-ui/src/main/resources/messages.properties", "hello=Hello\n");
        zip("portal-ui/target/allodium/WEB-INF/lib/other-2.jar", "LICENSE");
        source("billing", "Price", PRICE);
        source("portal-ui", "Page", PAGE);
        for (var module : List.of("billing", "portal-ui")) {
            Files.createDirectories(root.resolve(module + "/target/classes"));
        }
        javac("billing", "Price");
        javac("portal-ui", "Page");
        zip(
                "portal-ui/target/allodium.war",
                "WEB-INF/lib/billing-1.jar",
                "WEB-INF/lib/other-2.jar");
    }

    SourceModules modules() {
        return SourceModules.of(root);
    }

    Path path(String relative) {
        return root.resolve(relative);
    }

    Path source(String module, String name, String text) throws IOException {
        return write(module + "/src/main/java/room/" + name + ".java", text);
    }

    byte[] classFile(String module, String name) throws IOException {
        return Files.readAllBytes(root.resolve(module + "/target/classes/room/" + name + ".class"));
    }

    Path write(String relative, String text) throws IOException {
        var file = root.resolve(relative);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void zip(String relative, String... entries) throws IOException {
        var file = root.resolve(relative);
        Files.createDirectories(file.getParent());
        try (var archive = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries) {
                archive.putNextEntry(new ZipEntry(entry));
            }
        }
    }

    private void javac(String module, String name) {
        ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-g",
                        "-parameters",
                        "-d",
                        root.resolve(module + "/target/classes").toString(),
                        "-cp",
                        root.resolve("billing/target/classes").toString(),
                        root.resolve(module + "/src/main/java/room/" + name + ".java").toString());
    }
}
