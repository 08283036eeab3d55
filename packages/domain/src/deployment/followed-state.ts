/**
 * What of a service's workloads can be seen now.
 * - `seen`: all of them.
 * - `unseen`: some cannot be told now; nothing is concluded of it.
 * - `gone`: none of them is in the cluster.
 */
export type FollowedState =
  | { kind: 'seen' }
  | { kind: 'unseen'; reasons: string[] }
  | { kind: 'gone'; reasons: string[]; since: number };
