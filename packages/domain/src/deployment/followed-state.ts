/**
 * What of a service's workloads can be seen now.
 * - `seen`: all of them; `atZero` where all are scaled to zero, so that nothing serves.
 * - `unseen`: some cannot be told now; nothing is concluded of it.
 * - `gone`: none of them is in the cluster.
 */
export type FollowedState =
  | { kind: 'seen'; atZero?: true }
  | { kind: 'unseen'; reasons: string[] }
  | { kind: 'gone'; reasons: string[]; since: number };
