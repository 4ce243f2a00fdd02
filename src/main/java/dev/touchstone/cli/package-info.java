/** The command line: arguments to values, commands to stages, outcomes to exit codes. */
package dev.touchstone.cli;
