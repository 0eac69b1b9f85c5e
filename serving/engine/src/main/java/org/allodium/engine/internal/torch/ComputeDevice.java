package org.allodium.engine.internal.torch;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.allodium.engine.ModelRefused;

/// Where a copy computes.
/// @param gpu the graphics processor's number, or -1 for the processor
/// @param cores those that the copy keeps to, in ascending order; none for all that the process has
public record ComputeDevice(int gpu, List<Integer> cores) {
    /// The whole processor.
    public static final ComputeDevice CPU = new ComputeDevice(-1, List.of());

    private static final Pattern GPU = Pattern.compile("gpu:([0-9]{1,3})");
    private static final Pattern CORES =
            Pattern.compile("cpu:([0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?)*)");

    public ComputeDevice {
        cores = List.copyOf(cores);
    }

    /// @param device `cpu`, `cpu:0-15,32` for some of its cores, or `gpu:0`, `gpu:1` …
    /// @throws ModelRefused if it is none of these
    public static ComputeDevice of(String device) {
        var gpu = GPU.matcher(device);
        if (gpu.matches()) {
            return new ComputeDevice(Integer.parseInt(gpu.group(1)), List.of());
        }
        var cores = CORES.matcher(device);
        if (cores.matches()) {
            return new ComputeDevice(-1, cores(cores.group(1)));
        }
        if (device.equals("cpu")) {
            return CPU;
        }
        throw new ModelRefused(
                "The device %s is neither cpu, nor cores of it like cpu:0-15, nor gpu:0, gpu:1 and so on."
                        .formatted(device));
    }

    private static List<Integer> cores(String ranges) {
        var cores = new TreeSet<Integer>();
        for (var range : ranges.split(",")) {
            int dash = range.indexOf('-');
            int last = Integer.parseInt(range.substring(dash + 1));
            int first = dash < 0 ? last : Integer.parseInt(range.substring(0, dash));
            if (first > last) {
                throw new ModelRefused("The cores " + range + " end before they begin.");
            }
            for (int core = first; core <= last; core++) {
                cores.add(core);
            }
        }
        return List.copyOf(cores);
    }

    public boolean cpu() {
        return gpu < 0;
    }
}
