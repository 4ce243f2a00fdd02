/** The project file: what the user declares, read, checked and turned into values that need no further checks. */
package dev.touchstone.project;
