/**
 * What a user did wrong or a machine refused, said in one form: problem, place, remedy, exit code.
 *
 * <p>Everything that is expected to go wrong is a {@link dev.touchstone.fault.Fault}; any other exception is a bug
 * of Touchstone and may show its stack trace.
 */
package dev.touchstone.fault;
