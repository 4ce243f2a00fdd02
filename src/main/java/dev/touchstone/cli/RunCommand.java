package dev.touchstone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code touchstone run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measure and assess some days: the main job.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private StageOptions options;

    @Override
    public Integer call() {
        return options.execute(StageOptions.Stages.RUN);
    }
}
