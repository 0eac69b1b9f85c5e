package org.allodium.engine.internal.template;
import java.util.*;
import org.allodium.engine.internal.model.ChatTemplateFile;
public final class ChatTemplate {
    public static ChatTemplate of(ChatTemplateFile f) { return new ChatTemplate(); }
    public String render(List<Map<String, String>> turns) { return ""; }
}
