package org.allodium.serving.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Every route below `/v1`: the one table. What is not in it does not exist. See decision 0022.
final class Routes {
    private final List<Route> all;

    Routes(
            Endpoint.Reading models,
            Endpoint.Reading model,
            Endpoint.Inference<ChatRequest> chat,
            Endpoint.Inference<TextRequest> text,
            Endpoint.Inference<EmbeddingsRequest> embeddings,
            Endpoint.Inference<RankRequest> ranking,
            Endpoint.Reading receipt,
            Endpoint.Reading refusals) {
        this.all =
                List.of(
                        new Route("GET", "/models", models),
                        new Route("GET", "/models/{}", model),
                        new Route("POST", "/chat/completions", chat),
                        new Route("POST", "/completions", text),
                        new Route("POST", "/embeddings", embeddings),
                        new Route("POST", "/rerank", ranking),
                        new Route("GET", "/receipts/{}", receipt),
                        new Route("GET", "/refusals", refusals));
    }

    List<Route> all() {
        return all;
    }

    /// The routes of this path, whatever their method.
    List<Route> at(String path) {
        return all.stream().filter(route -> route.argument(path).isPresent()).toList();
    }

    /// What a request passes on its way.
    enum Need {
        AUTHENTICATION,
        DECISION,
        BUDGET,
        METERING
    }

    /// `template` may end in `{}`, which takes the rest of the path, slashes included.
    record Route(String method, String template, Endpoint endpoint) {
        Set<Need> needs() {
            return switch (endpoint) {
                case Endpoint.Inference<?> inference -> EnumSet.allOf(Need.class);
                case Endpoint.Reading reading -> EnumSet.of(Need.AUTHENTICATION);
            };
        }

        boolean serves(String asked) {
            return method.equals(asked) || ("GET".equals(method) && "HEAD".equals(asked));
        }

        /// The decoded variable part, or empty text; nothing when the path is another's.
        Optional<String> argument(String path) {
            if (!template.endsWith("/{}")) {
                boolean same = path.equals(template) || path.equals(template + "/");
                return same ? Optional.of("") : Optional.empty();
            }
            var stem = template.substring(0, template.length() - 2);
            return path.startsWith(stem) && path.length() > stem.length()
                    ? decoded(path.substring(stem.length()))
                    : Optional.empty();
        }

        private static Optional<String> decoded(String raw) {
            try {
                // A plus is a plus in a path; only in a form does it stand for a space.
                return Optional.of(
                        URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
