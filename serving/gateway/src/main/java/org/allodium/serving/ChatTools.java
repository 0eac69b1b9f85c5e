package org.allodium.serving;

import java.util.List;
import org.allodium.engine.Tool;

/// The tools of a chat.
/// @param offered all that the model is told of
/// @param callable those that it may call, or must
/// @param held whether arguments must fit their schemas
public record ChatTools(List<Tool> offered, List<Tool> callable, boolean required, boolean held) {
    public static final ChatTools NONE = new ChatTools(List.of(), List.of(), false, false);

    public ChatTools {
        offered = List.copyOf(offered);
        callable = List.copyOf(callable);
    }
}
