/** How the workloads of one cluster are kept in view. */
export interface WatchState {
  cluster: string;
  /** `watched`: every change arrives by itself. `listed`: asked for at a slow pace. `behind`: of some nothing is known now. */
  kind: 'watched' | 'listed' | 'behind';
  /** Why it is not watched, in words. */
  reason: string | null;
}
