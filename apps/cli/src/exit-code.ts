/** What a pipeline can tell apart. Documented in the help and the README: a number never changes its meaning. */
export const exitCodes = {
  ok: 0,
  /** Lastgood was asked and the answer is no. */
  no: 1,
  usage: 2,
  /** Lastgood did not answer, or could not. */
  unreachable: 3,
  /** The version was taken back before and is held. */
  held: 4,
  /** A fault of the command itself (EX_SOFTWARE of sysexits.h). */
  fault: 70,
} as const;

/** `watch` alone: the deployment was taken back. */
export const rolledBackCode = 2;

export const exitCodesHelp = `Exit codes
  0   yes: it is done
  1   Lastgood answers no
  2   the command line or a file is wrong (of watch also: rolled back)
  3   Lastgood cannot be reached, or cannot answer now
  4   the version is held: it was taken back before
  70  a fault of this command`;
