package dev.touchstone.generate;

import dev.touchstone.fault.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a company is written to. Files get stable names ({@code part-0.csv}), so that equal options give equal folders.
 *
 * <p>{@code truth.json} is removed first and written last: a folder that holds it is complete.
 */
final class OutputFolder {
    static final String TRUTH = "truth.json";

    private final Path root;
    private final Path unfinished;
    private final FileSystem files;
    private final String format;

    private OutputFolder(Path root, FileSystem files, String format) {
        this.root = root;
        this.unfinished = new Path(root, ".unfinished");
        this.files = files;
        this.format = format;
    }

    /** Makes the folder if needed; refuses one that holds something else than an earlier company. */
    static OutputFolder open(String output, String format, Configuration configuration) {
        try {
            Path root = new Path(output);
            FileSystem found = root.getFileSystem(configuration);
            // Checksum files beside the data would show as clutter and serve nobody here.
            FileSystem files = found instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : found;
            root = files.makeQualified(root);
            if (files.exists(root) && !files.getFileStatus(root).isDirectory()) {
                throw Fault.outside("the output is a file", root.toString(), "choose a folder", null);
            }
            files.mkdirs(root);
            OutputFolder folder = new OutputFolder(root, files, format);
            boolean isOurs = files.exists(new Path(root, TRUTH)) || files.exists(folder.unfinished);
            int children = files.listStatus(root).length;
            if (children > 0 && !isOurs) {
                throw Fault.outside(
                        "the folder holds " + children + " files or folders and no earlier " + TRUTH,
                        root.toString(),
                        "choose an empty folder, or empty this one",
                        null);
            }
            // Marks the folder as ours while truth.json is away, so that a broken run can be repeated.
            files.mkdirs(folder.unfinished);
            files.delete(new Path(root, TRUTH), false);
            return folder;
        } catch (IOException | IllegalArgumentException exception) {
            throw Fault.outside(
                    "cannot write to the output folder: " + exception.getMessage(),
                    output,
                    "check the path and the right to write there",
                    exception);
        }
    }

    /** Writes a source into its own folder, replacing an earlier one; one file for each partition. */
    void source(String name, Dataset<Row> rows) {
        Path written = new Path(unfinished, name);
        var writer = rows.write().mode("overwrite").format(format);
        if (format.equals("csv")) {
            writer = writer.option("header", true).option("encoding", "UTF-8");
        }
        save(writer, written);
        try {
            Path place = new Path(root, name);
            files.delete(place, true);
            files.mkdirs(place);
            List<Path> parts = new ArrayList<>();
            for (FileStatus status : files.listStatus(written)) {
                if (status.getPath().getName().startsWith("part-")) {
                    parts.add(status.getPath());
                }
            }
            parts.sort(Comparator.comparing(Path::getName));
            for (int number = 0; number < parts.size(); number++) {
                String ending = format.equals("csv") ? ".csv" : ".parquet";
                Path part = new Path(place, "part-" + number + ending);
                if (!files.rename(parts.get(number), part)) {
                    throw new IOException("cannot rename " + parts.get(number) + " to " + part);
                }
            }
        } catch (IOException exception) {
            throw failed(exception);
        }
    }

    private void save(DataFrameWriter<Row> writer, Path place) {
        try {
            writer.save(place.toString());
        } catch (Exception exception) {
            for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException outside) {
                    throw failed(outside);
                }
            }
            throw exception;
        }
    }

    void text(String name, String content) {
        try (OutputStream stream = files.create(new Path(root, name), true)) {
            stream.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException exception) {
            throw failed(exception);
        }
    }

    void finish() {
        try {
            files.delete(unfinished, true);
        } catch (IOException exception) {
            throw failed(exception);
        }
    }

    private Fault failed(IOException exception) {
        return Fault.outside(
                "writing failed: " + exception.getMessage(),
                root.toString(),
                "check space and rights, then repeat the command",
                exception);
    }
}
