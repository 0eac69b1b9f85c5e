package org.allodium.launcher;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// The mail server by which the realm writes, as `ALLODIUM_SMTP_*` name it. See decision 0128.
record MailServer(
        String host,
        int port,
        String from,
        Optional<String> user,
        Optional<String> password,
        Tls tls) {
    static final String PASSWORD = "ALLODIUM_SMTP_PASSWORD";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// How the connection is protected, with the port that is usual for it.
    enum Tls {
        NONE(25),
        STARTTLS(587),
        SSL(465);

        private final int usualPort;

        Tls(int usualPort) {
            this.usualPort = usualPort;
        }
    }

    /// Empty where no host is named. Half a description stops the start.
    static Optional<MailServer> of(Map<String, String> environment) {
        var host = value(environment, "ALLODIUM_SMTP_HOST");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        var tls = tls(value(environment, "ALLODIUM_SMTP_TLS").orElse("starttls"));
        var user = value(environment, "ALLODIUM_SMTP_USER");
        var password = value(environment, PASSWORD);
        if (user.isPresent() != password.isPresent()) {
            throw new Trouble("ALLODIUM_SMTP_USER and ALLODIUM_SMTP_PASSWORD go together.");
        }
        return Optional.of(
                new MailServer(
                        host.get(),
                        value(environment, "ALLODIUM_SMTP_PORT")
                                .map(MailServer::port)
                                .orElse(tls.usualPort),
                        value(environment, "ALLODIUM_SMTP_FROM")
                                .filter(from -> from.matches("[^@\\s]+@[^@\\s]+"))
                                .orElseThrow(
                                        () ->
                                                new Trouble(
                                                        "ALLODIUM_SMTP_FROM must be the address"
                                                                + " from which mail comes.")),
                        user,
                        password,
                        tls));
    }

    /// What changes in a realm: with a mail server, addresses are verified and a forgotten password
    /// can be reset; without one, neither can work.
    static String realm(Optional<MailServer> mail) {
        return JSON.writeValueAsString(
                Map.of(
                        "smtpServer", mail.map(MailServer::settings).orElse(Map.of()),
                        "verifyEmail", mail.isPresent(),
                        "resetPasswordAllowed", mail.isPresent()));
    }

    private Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("host", host);
        settings.put("port", Integer.toString(port));
        settings.put("from", from);
        settings.put("starttls", Boolean.toString(tls == Tls.STARTTLS));
        settings.put("ssl", Boolean.toString(tls == Tls.SSL));
        settings.put("auth", Boolean.toString(user.isPresent()));
        user.ifPresent(name -> settings.put("user", name));
        password.ifPresent(secret -> settings.put("password", secret));
        return settings;
    }

    /// Without the password: a record prints all it holds.
    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    private static Tls tls(String text) {
        for (var tls : Tls.values()) {
            if (tls.name().equals(text.toUpperCase(Locale.ROOT))) {
                return tls;
            }
        }
        throw new Trouble("ALLODIUM_SMTP_TLS is none, starttls or ssl, not " + text + ".");
    }

    private static int port(String text) {
        if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > 65_535) {
            throw new Trouble("ALLODIUM_SMTP_PORT must be a port number, not \"" + text + "\".");
        }
        return Integer.parseInt(text);
    }
}
