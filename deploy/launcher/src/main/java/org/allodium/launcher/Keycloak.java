package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keycloak with its own data folder over shared, read-only binaries, and our realm.
final class Keycloak {
    static final String REALM = "allodium";
    static final String ADMIN = "allodium-bootstrap";
    private static final Duration START_PATIENCE = Duration.ofMinutes(6);

    private final Path binaries;
    private final DataFolder folder;
    private final StackSettings settings;
    private final Secrets secrets;

    Keycloak(Path binaries, DataFolder folder, StackSettings settings, Secrets secrets) {
        this.binaries = binaries;
        this.folder = folder;
        this.settings = settings;
        this.secrets = secrets;
    }

    /// Fixes build-time options once per unpacked Keycloak; later starts are quicker for it.
    void prepare(Progress progress) {
        if (Files.exists(binaries.resolve(".built"))) {
            return;
        }
        progress.say("Preparing Keycloak (once, about half a minute)");
        var environment = ServerEnvironment.base();
        environment.put("JAVA_OPTS_KC_HEAP", "-Xmx512m");
        try {
            var builder =
                    new ProcessBuilder(
                            binaries.resolve("bin/kc.sh").toString(),
                            "build",
                            "--db=postgres",
                            "--health-enabled=false",
                            "--metrics-enabled=false");
            builder.environment().clear();
            builder.environment().putAll(environment);
            int status =
                    builder.redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new Trouble(
                        "Keycloak could not be prepared; the reason stands at the end of "
                                + log()
                                + ".");
            }
            Files.writeString(binaries.resolve(".built"), "");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Trouble("Interrupted.", interrupted);
        }
    }

    boolean imported() {
        return Files.exists(importedMark());
    }

    /// Lays the completed realm where Keycloak looks for it; it is taken away after the import.
    void prepareImport(Accounts accounts) {
        try {
            var template =
                    Files.readString(
                            settings.root().resolve("deploy/keycloak/allodium-realm.json"));
            DataFolder.writePrivate(
                    realmFile(),
                    RealmFile.complete(template, settings.portalUrl(), secrets, accounts));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Child start() {
        link();
        var environment = ServerEnvironment.base();
        environment.put(
                "KC_DB_URL",
                "jdbc:postgresql://127.0.0.1:" + settings.ports().database() + "/keycloak");
        environment.put("KC_DB_USERNAME", "keycloak");
        environment.put("KC_DB_PASSWORD", secrets.databaseKeycloak());
        if (!imported()) {
            environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
            environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", secrets.keycloakAdmin());
        }
        return Child.start(
                folder,
                Component.KEYCLOAK,
                new Child.Command(words(), environment, folder.keycloak()),
                log());
    }

    private List<String> words() {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        words.addAll(
                List.of(
                        "-Xms64m",
                        "-Xmx384m",
                        "-XX:MaxMetaspaceSize=256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        // Logins are few: quick start and small footprint beat peak speed.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dfile.encoding=UTF-8",
                        "-Duser.language=en",
                        "-Duser.country=US"));
        words.addAll(sharedClasses(binaries, folder, settings).arguments());
        for (var opened :
                List.of("java.util", "java.util.concurrent", "java.security", "java.lang")) {
            words.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        words.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                        "-Dkc.home.dir=" + folder.keycloak(),
                        "-Djboss.server.config.dir=" + folder.keycloak().resolve("conf"),
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-Dquarkus-log-max-startup-records=10000",
                        "-Dpicocli.disable.closures=true",
                        "-cp",
                        program(binaries).toString(),
                        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                        "start",
                        "--optimized",
                        // Otherwise it opens cluster ports on every address.
                        "--cache=local",
                        "--http-enabled=true",
                        // Its console and master realm are on the same port: what people abroad
                        // need of it a proxy lets through, path by path (deploy/proxy).
                        "--http-host=127.0.0.1",
                        "--http-port=" + settings.ports().keycloak(),
                        "--hostname=" + settings.keycloakUrl(),
                        "--db-pool-max-size=16"));
        if (!imported()) {
            words.add("--import-realm");
        }
        return words;
    }

    private static Path program(Path binaries) {
        return binaries.resolve("lib/quarkus-run.jar");
    }

    static SharedClasses sharedClasses(Path binaries, DataFolder folder, StackSettings settings) {
        return new SharedClasses(
                folder,
                settings.runtime(),
                Component.KEYCLOAK,
                program(binaries),
                List.of(binaries.resolve(".built")));
    }

    /// Ready when the realm answers. The first start makes some hundred tables, hence the patience.
    void awaitReady(Child child, ReadyWait wait) {
        wait.until(
                child,
                START_PATIENCE,
                () ->
                        answers()
                                ? new ReadyWait.Look.Ready(List.of())
                                : new ReadyWait.Look.NotYet("Keycloak to answer"));
        DataFolder.delete(realmFile());
        if (!imported()) {
            DataFolder.writePrivate(
                    importedMark(), settings.portalUrl().getBytes(StandardCharsets.UTF_8));
        }
    }

    boolean answers() {
        return Http.answers(
                settings.localKeycloakUrl()
                        + "/realms/"
                        + REALM
                        + "/.well-known/openid-configuration");
    }

    /// The realm knows the addresses of the portal, one for each node; when they changed since it
    /// was told last, it is told again.
    void tellPortalUrls() {
        try {
            var known = Files.readString(importedMark()).lines().toList();
            var present = settings.portalUrls();
            if (known.equals(present)) {
                return;
            }
            new RealmAdmin(settings.localKeycloakUrl(), ADMIN, secrets.keycloakAdmin())
                    .movePortal(known, present);
            DataFolder.writePrivate(
                    importedMark(), String.join("\n", present).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The realm sends mail as the settings say at this start, and none where they name no server
    /// any more. A realm that never had one is left as it is.
    void tellMail() {
        tellMail(MailServer.of(settings.extra()));
    }

    void tellMail(Optional<MailServer> mail) {
        var mark = folder.keycloak().resolve("sends-mail");
        if (mail.isEmpty() && !Files.exists(mark)) {
            return;
        }
        new RealmAdmin(settings.localKeycloakUrl(), ADMIN, secrets.keycloakAdmin())
                .changeRealm(MailServer.realm(mail));
        if (mail.isPresent()) {
            DataFolder.writePrivate(mark, new byte[0]);
        } else {
            DataFolder.delete(mark);
        }
    }

    /// A home of its own that borrows the binaries, so that several data folders can share them.
    private void link() {
        try {
            Files.createDirectories(folder.keycloak().resolve("data"));
            // Keycloak keeps packed copies of style sheets, also of those that were replaced.
            DataFolder.delete(folder.keycloak().resolve("data/tmp"));
            DataFolder.replace(
                    settings.root().resolve("deploy/keycloak/themes"),
                    folder.keycloak().resolve("themes"));
            for (var name : List.of("lib", "conf", "providers")) {
                var link = folder.keycloak().resolve(name);
                var target = binaries.resolve(name);
                if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(target)) {
                    DataFolder.delete(link);
                    Files.createSymbolicLink(link, target);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path realmFile() {
        return folder.keycloak().resolve("data/import/allodium-realm.json");
    }

    private Path importedMark() {
        return folder.keycloak().resolve("imported-for");
    }

    private Path log() {
        return folder.log("keycloak");
    }
}
