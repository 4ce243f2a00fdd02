/**
 * Days, and the periods they belong to, in the Gregorian and the Solar Hijri (Persian) calendar.
 */
package dev.touchstone.calendar;
