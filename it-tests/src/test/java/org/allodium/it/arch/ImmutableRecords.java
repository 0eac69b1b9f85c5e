package org.allodium.it.arch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A record is a value: nobody changes it from outside. So its constructor copies each collection,
/// by a method whose result nobody can change, and no component is an array, a buffer, a tree or a
/// counter. Read from the code of the constructor, since most records cannot be made without
/// knowing what they mean.
final class ImmutableRecords extends ArchCondition<JavaClass> {
    private static final Pattern COLLECTION =
            Pattern.compile(
                    "Ljava/util/(Collection|SequencedCollection|List|Set|SortedSet|NavigableSet|Map|SortedMap|NavigableMap)[;<]");
    private static final Pattern MUTABLE =
            Pattern.compile(
                    "^(\\[|Ljava/util/(Array|Hash|Linked|Tree|Enum|Identity|BitSet|Date|Deque|Queue|concurrent/(atomic/|Concurrent|CopyOn|Blocking|Linked))"
                            + "|Ljava/lang/String(Builder|Buffer)|Ljava/nio/[A-Z][a-z]+Buffer|Ltools/jackson/databind/).*");
    private static final Set<String> COPIES =
            Set.of(
                    "java/util/List.copyOf",
                    "java/util/List.of",
                    "java/util/Set.copyOf",
                    "java/util/Set.of",
                    "java/util/Map.copyOf",
                    "java/util/Map.of",
                    "java/util/stream/Stream.toList",
                    // Of what is inside.
                    "java/util/Optional.map");

    ImmutableRecords() {
        super("be records that nobody changes from outside");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (!type.isRecord()) {
            return;
        }
        for (var component : mutable(parse(type))) {
            events.add(
                    SimpleConditionEvent.violated(
                            type, type.getName() + "." + component + " can be changed"));
        }
    }

    private static List<String> mutable(ClassModel record) {
        var found = new ArrayList<String>();
        var components = record.findAttribute(Attributes.record()).orElseThrow().components();
        var constructor = canonical(record, components);
        for (var component : components) {
            var type = type(component);
            boolean open =
                    MUTABLE.matcher(type).matches()
                            || COLLECTION.matcher(type).find()
                                    && !copies(record, constructor, component);
            if (open) {
                found.add(component.name().stringValue());
            }
        }
        return found;
    }

    /// With what is in angle brackets, where it has any.
    private static String type(RecordComponentInfo component) {
        return component
                .findAttribute(Attributes.signature())
                .map(signature -> signature.signature().stringValue())
                .orElse(component.descriptor().stringValue());
    }

    private static MethodModel canonical(ClassModel record, List<RecordComponentInfo> components) {
        var types = new StringBuilder("(");
        components.forEach(component -> types.append(component.descriptor().stringValue()));
        return method(record, "<init>", types + ")V");
    }

    private static MethodModel method(ClassModel type, String name, String descriptor) {
        return type.methods().stream()
                .filter(method -> method.methodName().equalsString(name))
                .filter(method -> method.methodType().equalsString(descriptor))
                .findFirst()
                .orElseThrow();
    }

    /// What is put into the field is what a copying method gave, or a variable that was last set to
    /// that.
    private static boolean copies(
            ClassModel record, MethodModel constructor, RecordComponentInfo component) {
        var steps = steps(constructor);
        for (int at = 0; at < steps.size(); at++) {
            if (steps.get(at) instanceof FieldInstruction put
                    && put.opcode() == java.lang.classfile.Opcode.PUTFIELD
                    && put.name().equalsString(component.name().stringValue())) {
                return isCopy(record, steps, at);
            }
        }
        throw new IllegalStateException("Never set: " + component.name());
    }

    /// Of the value on the stack before this step.
    private static boolean isCopy(ClassModel in, List<CodeElement> steps, int before) {
        int at = before - 1;
        while (steps.get(at) instanceof TypeCheckInstruction) {
            at--;
        }
        return switch (steps.get(at)) {
            case InvokeInstruction call -> isCopying(in, call);
            case LoadInstruction load -> {
                for (int set = at - 1; set >= 0; set--) {
                    if (steps.get(set) instanceof StoreInstruction store
                            && store.slot() == load.slot()) {
                        yield isCopy(in, steps, set);
                    }
                }
                yield false;
            }
            default -> false;
        };
    }

    private static boolean isCopying(ClassModel in, InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        var name = call.name().stringValue();
        if (COPIES.contains(owner + "." + name)
                || owner.equals("java/util/Collections") && name.startsWith("unmodifiable")) {
            return true;
        }
        if (!owner.equals(in.thisClass().asInternalName())) {
            return false;
        }
        // A method of its own copies where each of its ways out does.
        var steps = steps(method(in, name, call.type().stringValue()));
        for (int at = 0; at < steps.size(); at++) {
            if (steps.get(at) instanceof ReturnInstruction && !isCopy(in, steps, at)) {
                return false;
            }
        }
        return true;
    }

    private static List<CodeElement> steps(MethodModel method) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .filter(Instruction.class::isInstance)
                .toList();
    }

    private static ClassModel parse(JavaClass type) {
        var uri = type.getSource().orElseThrow().getUri();
        try (InputStream bytes = uri.toURL().openStream()) {
            return ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
