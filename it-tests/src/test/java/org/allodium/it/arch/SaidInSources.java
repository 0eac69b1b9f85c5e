package org.allodium.it.arch;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Where Java sources say a sentence by its key, as the compiler's parser reads them.
final class SaidInSources extends TreeScanner<@Nullable Void, @Nullable Void> {
    /// Which argument of the call is the key.
    private static final Map<String, Integer> KEY_AT =
            Map.of("Refused.of", 1, "Refused.invalid", 1, "Sentence.of", 0);

    /// @param where source and line
    /// @param room of the class that says it
    /// @param arguments how many are put into it
    record Said(String where, String room, String key, int arguments) {}

    private final List<Said> said = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final Trees trees;
    private CompilationUnitTree unit;

    private SaidInSources(JavacTask task, CompilationUnitTree first) {
        this.trees = Trees.instance(task);
        this.unit = first;
    }

    static SaidInSources read(Collection<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    null,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources));
            var units = task.parse();
            var found = new SaidInSources(task, units.iterator().next());
            for (var unit : units) {
                found.unit = unit;
                found.scan(unit, null);
            }
            return found;
        }
    }

    List<Said> said() {
        return said;
    }

    /// Calls whose key cannot be read where they stand, and words of ours said as if they were
    /// another's.
    List<String> unreadable() {
        return unreadable;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        var name = name(call.getMethodSelect());
        var at = KEY_AT.get(name);
        if (at != null) {
            note(call, at);
        } else if (name.equals("Sentence.asSaid") && saysText(call)) {
            unreadable.add(where(call) + ": " + call);
        }
        return super.visitMethodInvocation(call, null);
    }

    private void note(MethodInvocationTree call, int at) {
        var arguments = call.getArguments();
        var keys = keys(arguments.get(at));
        if (keys.isEmpty() && !room().equals("kernel")) {
            unreadable.add(where(call) + ": " + call);
        }
        keys.forEach(
                key -> said.add(new Said(where(call), room(), key, arguments.size() - at - 1)));
    }

    /// `Type.method`; within the type itself, it need not be named.
    private String name(ExpressionTree method) {
        return switch (method) {
            case MemberSelectTree of when of.getExpression() instanceof IdentifierTree type ->
                    type.getName() + "." + of.getIdentifier();
            case IdentifierTree own -> type() + "." + own.getName();
            default -> "";
        };
    }

    private static List<String> keys(Tree expression) {
        return switch (expression) {
            case LiteralTree literal when literal.getValue() instanceof String key -> List.of(key);
            case ParenthesizedTree inner -> keys(inner.getExpression());
            case ConditionalExpressionTree either ->
                    all(either.getTrueExpression(), either.getFalseExpression());
            case SwitchExpressionTree choice ->
                    all(choice.getCases().stream().map(CaseTree::getBody).toArray(Tree[]::new));
            default -> List.of();
        };
    }

    private static List<String> all(Tree... expressions) {
        var each = Stream.of(expressions).map(SaidInSources::keys).toList();
        return each.stream().anyMatch(List::isEmpty)
                ? List.of()
                : each.stream().flatMap(List::stream).toList();
    }

    private static boolean saysText(MethodInvocationTree call) {
        var texts = new ArrayList<String>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
                if (literal.getValue() instanceof String text) {
                    texts.add(text);
                }
                return null;
            }
        }.scan(call.getArguments(), null);
        return !texts.isEmpty();
    }

    private String type() {
        var file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
        return file.substring(0, file.indexOf('.'));
    }

    private String room() {
        return unit.getPackageName().toString().split("\\.")[2];
    }

    private String where(Tree tree) {
        long position = trees.getSourcePositions().getStartPosition(unit, tree);
        return type() + ":" + unit.getLineMap().getLineNumber(position);
    }
}
