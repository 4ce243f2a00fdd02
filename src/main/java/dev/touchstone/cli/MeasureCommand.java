package dev.touchstone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code touchstone measure}. */
@Command(
        name = "measure",
        mixinStandardHelpOptions = true,
        description = "Read the sources of some days and replace their daily statistics.")
final class MeasureCommand implements Callable<Integer> {
    @Mixin
    private StageOptions options;

    @Override
    public Integer call() {
        return options.execute(StageOptions.Stages.MEASURE);
    }
}
