/**
 * A due time that has passed by every clock: who sets a due time and who judges it may be ten minutes apart, and
 * what somebody asked for must not wait for that.
 */
export const AT_ONCE = 0
