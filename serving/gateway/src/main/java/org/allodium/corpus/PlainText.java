package org.allodium.corpus;

import java.util.Set;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentNodeRendererContext;
import org.commonmark.renderer.text.TextContentRenderer;

/// A text as a chat may show it: code keeps its marks, everything else loses them.
final class PlainText implements NodeRenderer {
    private static final TextContentRenderer RENDERER =
            TextContentRenderer.builder()
                    .lineBreakRendering(LineBreakRendering.COMPACT)
                    .nodeRendererFactory(PlainText::new)
                    .build();
    private static final String FENCE = "```";

    private final TextContentNodeRendererContext context;

    private PlainText(TextContentNodeRendererContext context) {
        this.context = context;
    }

    static String of(Node node) {
        return RENDERER.render(node).strip();
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
        return Set.of(Code.class, FencedCodeBlock.class, Link.class);
    }

    @Override
    public void render(Node node) {
        var out = context.getWriter();
        switch (node) {
            case Code code -> out.write("`" + code.getLiteral() + "`");
            case FencedCodeBlock block ->
                    out.write(FENCE + block.getInfo() + "\n" + block.getLiteral() + FENCE);
            default -> children(node);
        }
    }

    private void children(Node node) {
        for (var child = node.getFirstChild(); child != null; child = child.getNext()) {
            context.render(child);
        }
    }
}
