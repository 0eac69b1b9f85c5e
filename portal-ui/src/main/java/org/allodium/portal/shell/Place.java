package org.allodium.portal.shell;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Where a page stands, by its address alone: in an organisation and perhaps one of its projects,
/// at the staff desk, or elsewhere. No session remembers it (decision 0130).
public sealed interface Place {
    /// The beginnings of the routes of an organisation's pages, and of staff's.
    String ORGANISATION = "o/:organisation/";

    String PROJECT = ORGANISATION + "p/:project/";
    String STAFF = "staff/";

    /// `project` empty: the whole organisation.
    record Organisation(String slug, String project) implements Place {
        @Override
        public String path(String page) {
            return (project.isEmpty() ? "o/" + slug : "o/" + slug + "/p/" + project) + "/" + page;
        }

        @Override
        public boolean sharesScope(Place other) {
            return other instanceof Organisation another && another.slug().equals(slug);
        }
    }

    record StaffDesk() implements Place {
        @Override
        public String path(String page) {
            return "staff/" + page;
        }

        @Override
        public boolean sharesScope(Place other) {
            return other instanceof StaffDesk;
        }
    }

    /// The front page, founding an organisation, signing in.
    record Elsewhere() implements Place {
        @Override
        public String path(String page) {
            return page;
        }

        @Override
        public boolean sharesScope(Place other) {
            return other instanceof Elsewhere;
        }
    }

    /// The address of a page in this place, relative to the root.
    String path(String page);

    /// Whether a page there works in the same name as one here: a document never changes that.
    boolean sharesScope(Place other);

    static Place of(String path) {
        var segments = segments(path);
        var first = segments.isEmpty() ? "" : segments.pop();
        if (first.equals("staff")) {
            return new StaffDesk();
        }
        if (!first.equals("o") || segments.isEmpty()) {
            return new Elsewhere();
        }
        var slug = segments.pop();
        var inProject = segments.size() > 1 && segments.peek().equals("p");
        if (inProject) {
            segments.pop();
        }
        return new Organisation(slug, inProject ? segments.pop() : "");
    }

    /// The page within its place: `o/lab/p/1/keys` and `o/lab/keys` are both `keys`.
    static String page(String path) {
        var segments = segments(path);
        switch (of(path)) {
            case Organisation(var _, var project) -> {
                for (int taken = 0; taken < (project.isEmpty() ? 2 : 4); taken++) {
                    segments.pop();
                }
            }
            case StaffDesk() -> segments.pop();
            case Elsewhere() -> {}
        }
        return segments.stream().collect(Collectors.joining("/"));
    }

    private static ArrayDeque<String> segments(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .collect(Collectors.toCollection(ArrayDeque::new));
    }
}
