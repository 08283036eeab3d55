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
  /** The deployment that is watched was taken back. */
  rolledBack: 5,
  /** The rollout failed: it was not complete within the service's deadline. */
  failed: 6,
  /** The time of the command was over before an end was seen. */
  notInTime: 7,
  /** A fault of the command itself (EX_SOFTWARE of sysexits.h). */
  fault: 70,
} as const;

export const exitCodesHelp = `Exit codes
  0   yes: it is done
  1   Lastgood answers no
  2   the command line or a file is wrong
  3   Lastgood cannot be reached, or cannot answer now
  4   the version is held: it was taken back before
  5   the deployment that is watched was taken back
  6   the rollout failed: it was not complete in its time
  7   the time of this command was over first
  70  a fault of this command`;
